import { documented } from '../../api/answer.ts'
import type { ApiCall, Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { type JsonObject, readJsonObject } from '../../http/json-body.ts'
import type { AnalyticsState } from '../analytics.ts'
import { envelope, reportJson } from '../analytics-json.ts'
import type { Report, SavedQuery } from '../report.ts'
import { insightsPage, reportsPage } from '../source.ts'
import { member } from './member.ts'

const path = '/insights/v1/cmp/ScheduledReport'

const createAnswers = {
  created: documented(
    200,
    'the report is scheduled, or made at once with `ExecuteNow`; a callback is not called here',
    insightsPage,
  ),
  badReport: documented(
    400,
    '`ReportName`, `QueryId` or `StartTime` is missing, `RecurrenceInterval` is not 4 to 90, or another member is malformed',
    insightsPage,
  ),
  noQuery: documented(404, 'there is no query with the `QueryId`', insightsPage),
}

/** Schedules a report. */
export const createReport: Operation<AnalyticsState> = {
  method: 'POST',
  path,
  answers: createAnswers,
  answer(call) {
    const sent = readJsonObject(call.body) ?? {}
    const queryId = member(sent, 'QueryId')
    if (typeof queryId !== 'string')
      return envelope(createAnswers.badReport, [], 'QueryId is missing.')
    // The example of the page has a space at its end.
    const query = call.state.query(queryId.trim())
    if (!query) return envelope(createAnswers.noQuery, [], `There is no query ${queryId}.`)
    const read = readReport(call, sent, query)
    if (typeof read === 'string') return envelope(createAnswers.badReport, [], read)
    const json = reportJson(call.state.addReport(read), call.clientId, call.now)
    return envelope(createAnswers.created, [json], 'Report created successfully')
  },
}

const listAnswers = {
  listed: documented(
    200,
    'asked, or for those with `reportId`, `reportName` or `queryId`',
    reportsPage,
  ),
  missing: documented(404, 'there is no report with this `reportId`', reportsPage),
}

/** Lists the reports of the account. */
export const listReports: Operation<AnalyticsState> = {
  method: 'GET',
  path,
  answers: listAnswers,
  answer({ query, state, clientId, now }) {
    const given = (name: string) => parameter(query, name)
    const shown = state.reports.filter(
      report =>
        (given('reportId')?.toLowerCase() ?? report.id) === report.id &&
        (given('reportName') ?? report.name) === report.name &&
        (given('queryId')?.toLowerCase() ?? report.query.id) === report.query.id,
    )
    if (given('reportId') !== undefined && shown.length === 0) {
      return envelope(listAnswers.missing, [], 'There is no such report.')
    }
    const json = shown.map(report => reportJson(report, clientId, now))
    return envelope(listAnswers.listed, json, 'Reports fetched successfully')
  },
}

const deleteAnswers = {
  deleted: documented(200, 'the report is there: it ends, and is shown a last time', reportsPage),
  missing: documented(404, 'there is no report to delete', reportsPage),
}

/** Ends a report. */
export const deleteReport: Operation<AnalyticsState> = {
  method: 'DELETE',
  path: `${path}/:reportId`,
  answers: deleteAnswers,
  answer({ params, state, clientId, now }) {
    const removed = state.removeReport(params['reportId'] ?? '')
    if (!removed) return envelope(deleteAnswers.missing, [], 'There is no such report.')
    const json = reportJson(removed, clientId, now)
    return envelope(deleteAnswers.deleted, [json], 'Report deleted successfully')
  },
}

/** The report that a body describes, or what is wrong with it. */
function readReport(
  { now }: ApiCall<AnalyticsState>,
  sent: JsonObject,
  query: SavedQuery,
): Omit<Report, 'id'> | string {
  const name = member(sent, 'ReportName')
  if (typeof name !== 'string' || name === '') return 'ReportName is missing.'
  const description = member(sent, 'Description')
  const callbackUrl = member(sent, 'CallbackUrl')
  const given = member(sent, 'Format') ?? 'csv'
  const format = typeof given === 'string' ? given.toLowerCase() : ''
  if (format !== 'csv' && format !== 'tsv') return 'Format is csv or tsv.'
  const common = {
    name,
    description: typeof description === 'string' ? description : '',
    query,
    createdAt: now,
    format,
    callbackUrl: typeof callbackUrl === 'string' ? callbackUrl : null,
  } as const
  // As documented: the schedule is ignored then.
  if (member(sent, 'ExecuteNow') === true) return { ...common, startsAt: now, interval: 0 }
  const startTime = member(sent, 'StartTime')
  const startsAt = typeof startTime === 'string' ? Date.parse(startTime.trim()) : Number.NaN
  if (Number.isNaN(startsAt)) return 'StartTime is a time such as 2021-01-06T19:00:00Z.'
  const interval = member(sent, 'RecurrenceInterval')
  if (
    typeof interval !== 'number' ||
    !Number.isInteger(interval) ||
    interval < 4 ||
    interval > 90
  ) {
    return 'RecurrenceInterval is 4 to 90 hours.'
  }
  const count = member(sent, 'RecurrenceCount') ?? undefined
  if (count === undefined) return { ...common, startsAt, interval }
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1) {
    return 'RecurrenceCount is a whole number above 0.'
  }
  return { ...common, startsAt, interval, count }
}
