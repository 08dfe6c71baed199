import { randomUUID } from 'node:crypto'
import { type AnswerTable, chosen, documented, observed } from '../api/answer.ts'
import type { Api } from '../api/api.ts'
import { refusedBecause, reply } from '../api/reply.ts'
import { ingestionError } from './ingestion-error.ts'
import { configure } from './operations/configure.ts'
import { configureDetails } from './operations/configure-details.ts'
import { configureStatus } from './operations/configure-status.ts'
import { getResource } from './operations/get-resource.ts'
import { getResourceTree } from './operations/get-resource-tree.ts'
import { listPlans } from './operations/list-plans.ts'
import { listPrivateOffers } from './operations/list-private-offers.ts'
import { listProducts } from './operations/list-products.ts'
import { listSubmissions, listSubmissionsOfProduct } from './operations/list-submissions.ts'
import type { IngestionState } from './product-ingestion.ts'
import { cloudpub, graphErrors, privateOffersPage } from './source.ts'

/** The versions of schemas that the reference and clients in the field name. */
const versions = ['2022-07-01', '2022-03-01-preview5', '2022-03-01-preview3', '2022-03-01-preview2']

const answers = {
  unauthorized: documented(
    401,
    'the token is missing or does not hold; the body is that of [Microsoft Graph](https://learn.microsoft.com/graph/errors), behind which the API is',
    privateOffersPage,
  ),
  noRole: chosen(
    403,
    'the app has no role in the account (`productIngestion.apps` of the seed)',
    'the reference wants the Manager role and does not say what is answered without it',
  ),
  noVersion: chosen(
    400,
    'no `$version` is named',
    'the reference and most clients send it always; what is answered without it is not described',
  ),
  unknownVersion: chosen(
    400,
    'another `$version` than 2022-07-01 or 2022-03-01-preview2, -preview3, -preview5 is named',
    'not described',
  ),
  unknown: chosen(404, 'there is no such path', 'not described'),
  wrongMethod: documented(405, 'the path has another method', graphErrors),
  tooLarge: documented(413, 'the body is larger than 4 MiB; the limit is chosen', graphErrors),
  failed: observed(
    500,
    'the emulator fails, or a fault applies (429 and others by choice)',
    cloudpub,
  ),
} satisfies AnswerTable

/** The Product Ingestion API. */
export const productIngestionApi: Api<IngestionState> = {
  name: 'product-ingestion',
  title: 'Product Ingestion',
  audiences: [
    'https://graph.microsoft.com',
    // As the page of the private offers has it.
    'https://graph.microsoft.com/',
    '00000003-0000-0000-c000-000000000000',
  ],
  paths: ['/rp/product-ingestion'],
  versionParameter: '$version',
  answers,
  operations: [
    listProducts,
    listPlans,
    listPrivateOffers,
    getResourceTree,
    listSubmissions,
    listSubmissionsOfProduct,
    configure,
    configureStatus,
    configureDetails,
    getResource,
  ],
  refuseVersion(version) {
    if (version !== undefined && versions.includes(version)) return undefined
    const isNamed = version !== undefined
    const message = `The query parameter $version is one of ${versions.join(', ')}.`
    return refusedBecause(
      isNamed ? 'unknown $version' : 'no $version',
      ingestionError(isNamed ? answers.unknownVersion : answers.noVersion, 'badRequest', message),
    )
  },
  refuseApp(state, clientId) {
    if (state.admits(clientId)) return undefined
    const message = 'The app has no role in this Partner Center account.'
    return refusedBecause(message, ingestionError(answers.noRole, 'forbidden', message))
  },
  refusals: {
    unauthorized: (message, origin) =>
      reply(
        answers.unauthorized,
        {
          error: {
            code: 'InvalidAuthenticationToken',
            message,
            innerError: { 'request-id': randomUUID(), 'client-request-id': randomUUID() },
          },
        },
        {
          'www-authenticate': `Bearer realm="", authorization_uri="${origin}/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"`,
        },
      ),
    unknown: ({ method, path, allowed }) =>
      allowed.length > 0
        ? ingestionError(
            answers.wrongMethod,
            'methodNotAllowed',
            `${method} is not possible here.`,
            [],
            {
              allow: allowed.join(', '),
            },
          )
        : ingestionError(answers.unknown, 'notFound', `There is no ${path}.`),
    failed: ({ status, message, headers }) =>
      ingestionError(
        { ...(status === 413 ? answers.tooLarge : answers.failed), status },
        status === 500
          ? 'internalServerError'
          : status === 429
            ? 'tooManyRequests'
            : 'generalException',
        message,
        [],
        headers,
      ),
  },
}
