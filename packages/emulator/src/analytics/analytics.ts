import type { MarketplaceState } from '../marketplace/marketplace.ts'
import type { AnalyticsSeed } from '../seed/seed.ts'
import type { StableIds } from '../stable-ids.ts'
import type { Row } from './dataset.ts'
import { type Execution, executionsOf, type Report, type SavedQuery } from './report.ts'
import { readQuery } from './report-query.ts'

/** Queries and reports of Partner Center analytics. */
export interface Analytics {
  /** How long a report takes to be made, in emulated milliseconds. */
  reportDuration: number
  readonly queries: readonly SavedQuery[]
  readonly reports: readonly Report[]
}

/** What the API sees of it. */
export interface AnalyticsState extends Analytics {
  admits(clientId: string): boolean
  query(id: string): SavedQuery | undefined
  addQuery(query: Omit<SavedQuery, 'id'>): SavedQuery
  removeQuery(id: string): SavedQuery | undefined
  report(id: string): Report | undefined
  addReport(report: Omit<Report, 'id'>): Report
  removeReport(id: string): Report | undefined
  executions(report: Report, now: number): Execution[]
  /** The file of an execution that is completed, by its id. */
  file(executionId: string, now: number): ReportFile | undefined
}

/** A report as it is downloaded. */
export interface ReportFile {
  readonly format: 'csv' | 'tsv'
  readonly text: string
}

/** Makes the analytics that a seed describes, on the data of a marketplace. */
export function makeAnalytics(
  seed: AnalyticsSeed,
  marketplace: MarketplaceState,
  newId: StableIds,
): AnalyticsState {
  const apps = seed.apps && new Set(seed.apps.map(app => app.toLowerCase()))
  const queries = new Map<string, SavedQuery>()
  const reports = new Map<string, Report>()

  function take<Value>(from: Map<string, Value>, id: string): Value | undefined {
    const found = from.get(id)
    from.delete(id)
    return found
  }

  const state: AnalyticsState = {
    reportDuration: seed.reportDuration ?? 5_000,
    get queries() {
      return [...queries.values()]
    },
    get reports() {
      return [...reports.values()]
    },
    admits: clientId => !apps || apps.has(clientId.toLowerCase()),
    query: id => queries.get(id.toLowerCase()),
    addQuery(query) {
      const saved = { ...query, id: newId('query') }
      queries.set(saved.id, saved)
      return saved
    },
    removeQuery: id => take(queries, id.toLowerCase()),
    report: id => reports.get(id.toLowerCase()),
    addReport(report) {
      const added = { ...report, id: newId('report') }
      reports.set(added.id, added)
      return added
    },
    removeReport: id => take(reports, id.toLowerCase()),
    executions: (report, now) => executionsOf(report, state.reportDuration, now),
    file(executionId, now) {
      for (const report of reports.values()) {
        const found = state.executions(report, now).find(({ id }) => id === executionId)
        if (found?.status !== 'Completed') continue
        const { dataset, columns } = readQuery(report.query.query)
        const rows = [...dataset.rows(marketplace, now), ...(seed.rows?.[dataset.name] ?? [])]
        return { format: report.format, text: table(columns, rows, report.format) }
      }
      return undefined
    },
  }
  return state
}

function table(columns: readonly string[], rows: readonly Row[], format: 'csv' | 'tsv'): string {
  const separator = format === 'csv' ? ',' : '\t'
  const line = (cells: readonly unknown[]) => `${cells.map(cell).join(separator)}\r\n`
  return line(columns) + rows.map(row => line(columns.map(column => row[column] ?? ''))).join('')
}

// RFC 4180, section 2; and no formula for whoever opens the file as a spreadsheet.
function cell(value: unknown): string {
  const text = String(value).replace(/^[=+@-](?!\d)/, "'$&")
  return /[",\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
