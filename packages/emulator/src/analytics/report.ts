import { stableGuid } from '../stable-ids.ts'

/** A query that reports are made from. */
export interface SavedQuery {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly query: string
  readonly createdAt: number
}

/** A report that is made once, or again and again. */
export interface Report {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly query: SavedQuery
  readonly createdAt: number
  readonly startsAt: number
  /** Hours; 0 for a report that is made once. */
  readonly interval: number
  /** How often it is made; absent where there is no end. */
  readonly count?: number
  readonly format: 'csv' | 'tsv'
  readonly callbackUrl: string | null
}

/** One time that a report is made. */
export interface Execution {
  readonly id: string
  readonly report: Report
  readonly status: 'Completed' | 'Pending' | 'Running'
  readonly startsAt: number
  readonly endsAt: number
}

const hour = 3_600_000
// As documented: older executions are not listed.
const remembered = 90 * 24 * hour

/**
 * The executions of a report, the newest first: those of the last 90 days, and the next one. Derived from the
 * times alone, so that a clock may move as it likes.
 */
export function executionsOf(report: Report, duration: number, now: number): Execution[] {
  const { id, startsAt, interval, count } = report
  const last = interval === 0 ? 1 : (count ?? Number.POSITIVE_INFINITY)
  const begun = interval === 0 ? 0 : Math.floor((now - startsAt) / (interval * hour))
  const oldest = interval === 0 ? 0 : Math.ceil((now - remembered - startsAt) / (interval * hour))
  const executions: Execution[] = []
  for (
    let number = Math.min(Math.max(begun + 1, 0), last - 1);
    number >= Math.max(oldest, 0);
    number--
  ) {
    const at = startsAt + number * interval * hour
    const status = now < at ? 'Pending' : now < at + duration ? 'Running' : 'Completed'
    executions.push({
      id: stableGuid(`execution ${number} of ${id}`),
      report,
      status,
      startsAt: at,
      endsAt: at + duration,
    })
  }
  return executions
}
