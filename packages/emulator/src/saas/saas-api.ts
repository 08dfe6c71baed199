import { type AnswerTable, chosen, documented, observed } from '../api/answer.ts'
import type { Api } from '../api/api.ts'
import { reply } from '../api/reply.ts'
import { marketplaceAudience } from '../authority/resources.ts'
import type { MarketplaceState } from '../marketplace/marketplace.ts'
import { marketplaceHeaders, refuseMarketplaceVersion } from '../marketplace/marketplace-api.ts'
import { activate } from './operations/activate.ts'
import { forbidden, forbiddenText, notFound } from './operations/addressed.ts'
import { changeSubscription } from './operations/change-subscription.ts'
import { getOperation } from './operations/get-operation.ts'
import { getSubscription } from './operations/get-subscription.ts'
import { listAvailablePlans } from './operations/list-available-plans.ts'
import { listOperations } from './operations/list-operations.ts'
import { listSubscriptions } from './operations/list-subscriptions.ts'
import { resolve } from './operations/resolve.ts'
import { unsubscribe } from './operations/unsubscribe.ts'
import { updateOperation } from './operations/update-operation.ts'
import { saasEmulator, subscriptionPage } from './source.ts'

const answers = {
  unauthorized: documented(
    403,
    'the token is missing or does not hold, and no 401; the text is [observed](https://github.com/Azure/Commercial-Marketplace-SaaS-Accelerator/issues/607)',
    subscriptionPage,
  ),
  noVersion: observed(400, 'no `api-version` is named', saasEmulator),
  unknownVersion: observed(400, 'another `api-version` than 2018-08-31 is named', saasEmulator),
  forbidden,
  notFound,
  unknown: chosen(404, 'there is no such operation', 'not described'),
  wrongMethod: chosen(405, 'the path has other methods', 'not described'),
  tooLarge: chosen(413, 'the body is larger than 4 MiB', 'no limit is published'),
  failed: documented(
    500,
    'the emulator fails, or a fault applies (429 and others by choice)',
    subscriptionPage,
  ),
} satisfies AnswerTable

/** The SaaS fulfillment API, version 2. */
export const saasApi: Api<MarketplaceState> = {
  name: 'saas',
  title: 'SaaS fulfillment',
  audiences: [marketplaceAudience],
  paths: ['/api/saas'],
  versionParameter: 'api-version',
  answers,
  operations: [
    resolve,
    activate,
    listSubscriptions,
    getSubscription,
    listAvailablePlans,
    changeSubscription,
    unsubscribe,
    listOperations,
    getOperation,
    updateOperation,
  ],
  headers: marketplaceHeaders,
  refuseVersion: (version, call) => refuseMarketplaceVersion(answers, version, call),
  refusals: {
    unauthorized: () => reply(answers.unauthorized, forbiddenText),
    unknown: ({ method, path, allowed }) =>
      allowed.length > 0
        ? reply(answers.wrongMethod, undefined, { allow: allowed.join(', ') })
        : reply(answers.unknown, `There is no operation ${method} ${path}.`),
    failed: ({ status, message, headers }) =>
      reply(
        { ...(status === 413 ? answers.tooLarge : answers.failed), status },
        { error: { code: status === 500 ? 'UnexpectedError' : String(status), message } },
        headers,
      ),
  },
}
