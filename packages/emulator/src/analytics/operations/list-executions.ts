import { documented } from '../../api/answer.ts'
import type { ApiCall, Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import type { AnalyticsState } from '../analytics.ts'
import { envelope, executionJson } from '../analytics-json.ts'
import { insightsPage } from '../source.ts'

const answers = {
  listed: documented(
    200,
    'there are executions with the `executionStatus`, which is Completed by default: the latest one, or with `getLatestExecution=false` those of the last 90 days; the link is to this emulator and needs no token',
    insightsPage,
  ),
  none: documented(
    404,
    'there is no such execution, as before the first one is completed',
    insightsPage,
  ),
  badStatus: documented(
    400,
    'the `executionStatus` is not Pending, Running, Paused or Completed',
    insightsPage,
  ),
}

/** Lists how far the executions of reports are, with the links to those that are done. */
export const listExecutions: Operation<AnalyticsState> = {
  method: 'GET',
  path: '/insights/v1/cmp/ScheduledReport/execution/:reportId',
  answers,
  answer(call) {
    const { state, params, now, authorityOrigin } = call
    const statuses = list(call, 'executionStatus') ?? ['completed']
    if (!statuses.every(status => ['pending', 'running', 'paused', 'completed'].includes(status))) {
      return envelope(answers.badStatus, [], 'The executionStatus is not one of the known ones.')
    }
    const wanted = list(call, 'executionId')
    const latest = parameter(call.query, 'getLatestExecution')?.toLowerCase() !== 'false'
    const ids = (params['reportId'] ?? '').split(';')
    const found = ids.flatMap(id => {
      const report = state.report(id.trim())
      const all = report ? state.executions(report, now) : []
      const shown = all.filter(
        one => statuses.includes(one.status.toLowerCase()) && (wanted?.includes(one.id) ?? true),
      )
      return latest ? shown.slice(0, 1) : shown
    })
    if (found.length === 0) return envelope(answers.none, [], 'No executions were found.')
    // The link leads to the common origin: in production the file is at another service.
    return envelope(
      answers.listed,
      found.map(one => executionJson(one, authorityOrigin)),
      null,
    )
  },
}

function list({ query }: ApiCall<AnalyticsState>, name: string): string[] | undefined {
  const given = parameter(query, name)
  return given === undefined || given === ''
    ? undefined
    : given.split(';').map(one => one.trim().toLowerCase())
}
