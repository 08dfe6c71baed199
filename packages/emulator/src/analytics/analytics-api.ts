import { type AnswerTable, chosen, documented } from '../api/answer.ts'
import type { Api } from '../api/api.ts'
import { refusedBecause } from '../api/reply.ts'
import type { AnalyticsState } from './analytics.ts'
import { envelope } from './analytics-json.ts'
import { listDatasets } from './operations/list-datasets.ts'
import { listExecutions } from './operations/list-executions.ts'
import { createQuery, deleteQuery, listQueries } from './operations/queries.ts'
import { createReport, deleteReport, listReports } from './operations/reports.ts'
import { insightsPage } from './source.ts'

const answers = {
  unauthorized: documented(
    401,
    'the token is missing or does not hold; that the body is the usual envelope is chosen',
    insightsPage,
  ),
  noRole: documented(
    403,
    'the app has no role in the account (`analytics.apps` of the seed); the status is listed without a cause',
    insightsPage,
  ),
  unknown: documented(404, 'there is no such path', insightsPage),
  wrongMethod: chosen(405, 'the path has other methods', 'not described'),
  tooLarge: chosen(413, 'the body is larger than 4 MiB', 'no limit is published'),
  failed: documented(
    500,
    'the emulator fails, or a fault applies (429 and others by choice)',
    insightsPage,
  ),
} satisfies AnswerTable

/** The analytics API of Partner Center. */
export const analyticsApi: Api<AnalyticsState> = {
  name: 'analytics',
  title: 'Partner Center analytics',
  audiences: ['https://api.partnercenter.microsoft.com'],
  paths: ['/insights'],
  answers,
  operations: [
    listDatasets,
    createQuery,
    listQueries,
    deleteQuery,
    createReport,
    listReports,
    deleteReport,
    listExecutions,
  ],
  refuseApp(state, clientId) {
    if (state.admits(clientId)) return undefined
    const message = 'The app has no role in this Partner Center account.'
    return refusedBecause(message, envelope(answers.noRole, [], message))
  },
  refusals: {
    unauthorized: reason => envelope(answers.unauthorized, [], reason),
    unknown: ({ path, method, allowed }) =>
      allowed.length > 0
        ? envelope(answers.wrongMethod, [], `${method} is not possible here.`, {
            allow: allowed.join(', '),
          })
        : envelope(answers.unknown, [], `There is no ${path}.`),
    failed: ({ status, message, headers }) =>
      envelope(
        { ...(status === 413 ? answers.tooLarge : answers.failed), status },
        [],
        message,
        headers,
      ),
  },
}
