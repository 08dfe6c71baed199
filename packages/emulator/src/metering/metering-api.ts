import { type AnswerTable, chosen, documented, observed } from '../api/answer.ts'
import type { Api } from '../api/api.ts'
import { reply } from '../api/reply.ts'
import { marketplaceAudience } from '../authority/resources.ts'
import type { MarketplaceState } from '../marketplace/marketplace.ts'
import { marketplaceHeaders, refuseMarketplaceVersion } from '../marketplace/marketplace-api.ts'
import { forbiddenText } from '../saas/operations/addressed.ts'
import { saasEmulator } from '../saas/source.ts'
import { getUsageEvents } from './operations/get-usage-events.ts'
import { postBatch } from './operations/post-batch.ts'
import { postUsageEvent } from './operations/post-usage-event.ts'
import { meteringPage } from './source.ts'

const answers = {
  unauthorized: documented(
    403,
    'the token is missing or does not hold, and no 401; the text is that of SaaS fulfillment',
    meteringPage,
  ),
  noVersion: observed(400, 'no `api-version` is named', saasEmulator),
  unknownVersion: observed(400, 'another `api-version` than 2018-08-31 is named', saasEmulator),
  unknown: chosen(404, 'there is no such path', 'not described'),
  wrongMethod: chosen(405, 'the path has another method', 'not described'),
  tooLarge: chosen(413, 'the body is larger than 4 MiB', 'no limit is published'),
  failed: chosen(500, 'the emulator fails, or a fault applies', 'also 429 and 503, by the fault'),
} satisfies AnswerTable

/** The metering API of the marketplace. */
export const meteringApi: Api<MarketplaceState> = {
  name: 'metering',
  title: 'Metering',
  audiences: [marketplaceAudience],
  paths: ['/api/usageEvent', '/api/usageEvents', '/api/batchUsageEvent'],
  versionParameter: 'api-version',
  answers,
  operations: [postUsageEvent, postBatch, getUsageEvents],
  headers: marketplaceHeaders,
  refuseVersion: (version, call) => refuseMarketplaceVersion(answers, version, call),
  refusals: {
    unauthorized: () => reply(answers.unauthorized, forbiddenText),
    unknown: ({ method, path, allowed }) =>
      allowed.length > 0
        ? reply(answers.wrongMethod, undefined, { allow: allowed.join(', ') })
        : reply(answers.unknown, { message: `There is no ${method} ${path}.`, code: 'NotFound' }),
    failed: ({ status, message, headers }) =>
      reply(
        { ...(status === 413 ? answers.tooLarge : answers.failed), status },
        { message, code: status === 500 ? 'InternalServerError' : String(status) },
        headers,
      ),
  },
}
