import type { AnalyticsState } from '../analytics/analytics.ts'
import type { Execution, Report, SavedQuery } from '../analytics/report.ts'
import { group, newest } from './group.ts'
import type { ShownGroup, ShownThing, Tone } from './protocol.ts'

/** The queries of Partner Center analytics and the reports that are made from them. */
export function shownAnalytics(analytics: AnalyticsState, now: number): ShownGroup[] {
  const { queries, reports } = analytics
  return [
    group('Queries', 'analytics', newest(queries), shownQuery, queries.length),
    group(
      'Reports',
      'analytics',
      newest(reports),
      report => shownReport(report, analytics.executions(report, now)),
      reports.length,
    ),
  ]
}

function shownQuery({ id, name, query }: SavedQuery): ShownThing {
  return { key: id, name, status: 'saved', tone: 'none', note: query }
}

function shownReport(report: Report, executions: readonly Execution[]): ShownThing {
  const { id, name, query, format, interval } = report
  const current = executions.find(one => one.status !== 'Pending') ?? executions[0]
  const [status, tone] = states[current?.status ?? 'Pending']
  const rhythm = interval === 0 ? 'once' : `every ${interval} h`
  return { key: id, name, status, tone, note: [format, rhythm, query.name, id].join(' · ') }
}

const states: Readonly<Record<Execution['status'], readonly [string, Tone]>> = {
  Pending: ['scheduled', 'none'],
  Running: ['running', 'info'],
  Completed: ['completed', 'good'],
}
