import { type AnswerTable, chosen, documented, observed } from '../api/answer.ts'
import type { Api } from '../api/api.ts'
import { refusedBecause, reply } from '../api/reply.ts'
import { productNotFound } from './operations/addressed.ts'
import { listBranches } from './operations/branches.ts'
import { getModule, listModule, putModule } from './operations/modules.ts'
import { createProduct, deleteProduct, getProduct, listProducts } from './operations/products.ts'
import {
  listReports,
  listValidations,
  listWorkflowDetails,
} from './operations/submission-details.ts'
import {
  createSubmission,
  deleteSubmission,
  getSubmission,
  listSubmissions,
  promoteSubmission,
} from './operations/submissions.ts'
import {
  createVariant,
  deleteVariant,
  getVariant,
  listVariants,
  putVariant,
} from './operations/variants.ts'
import { ingestionSwagger } from './source.ts'
import type { SubmissionState } from './submissions.ts'

const answers = {
  unauthorized: observed(
    401,
    'the token is missing or does not hold: an empty body',
    'https://github.com/Azure/azure-cli/issues/30752',
  ),
  noRole: observed(
    401,
    'the app has no role in the account (`submission.apps` of the seed): an empty body as well',
    'https://github.com/microsoft/AL-Go/issues/1148',
  ),
  productNotFound,
  unknown: documented(404, 'there is no such path', ingestionSwagger),
  wrongMethod: documented(405, 'the path has other methods', ingestionSwagger),
  tooLarge: chosen(413, 'the body is larger than 4 MiB', 'no limit is published'),
  failed: chosen(
    500,
    'the emulator fails, or a fault applies',
    'of failures only the 429 is listed',
  ),
} satisfies AnswerTable

/** The Partner Center submission API. */
export const submissionApi: Api<SubmissionState> = {
  name: 'submission',
  title: 'Partner Center submission',
  audiences: ['https://api.partner.microsoft.com'],
  paths: ['/v1.0/ingestion'],
  answers,
  operations: [
    listProducts,
    createProduct,
    getProduct,
    deleteProduct,
    listBranches,
    listVariants,
    createVariant,
    getVariant,
    putVariant,
    deleteVariant,
    listSubmissions,
    createSubmission,
    getSubmission,
    deleteSubmission,
    promoteSubmission,
    listWorkflowDetails,
    listValidations,
    listReports,
    listModule,
    getModule,
    putModule,
  ],
  refuseApp(state, clientId) {
    if (state.admits(clientId)) return undefined
    return refusedBecause('The app has no role in this account.', reply(answers.noRole))
  },
  refusals: {
    unauthorized: () => reply(answers.unauthorized),
    unknown: ({ method, path, allowed }) =>
      allowed.length > 0
        ? reply(answers.wrongMethod, `${method} is not possible here.`, {
            allow: allowed.join(', '),
          })
        : reply(answers.unknown, `There is no ${path}.`),
    failed: ({ status, message, headers }) =>
      reply({ ...(status === 413 ? answers.tooLarge : answers.failed), status }, message, headers),
  },
  // The id of the request, as the client named it.
  headers({ headers, id }) {
    return { 'client-request-id': String(headers['client-request-id'] ?? id) }
  },
}
