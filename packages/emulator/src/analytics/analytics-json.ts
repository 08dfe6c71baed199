import type { Answer } from '../api/answer.ts'
import { reply } from '../api/reply.ts'
import type { JsonObject } from '../http/json-body.ts'
import type { Reply } from '../http/reply.ts'
import type { Execution, Report, SavedQuery } from './report.ts'
import { downloadPath } from './report-download.ts'

/** The envelope of every answer. The pages write its names now with capitals and now without; here they have none. */
export function envelope(
  answer: Answer,
  value: readonly object[],
  message: string | null,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const { status } = answer
  return reply(answer, { value, totalCount: value.length, message, statusCode: status }, headers)
}

/** A query as the API shows it. */
export function queryJson(
  { id, name, description, query, createdAt }: SavedQuery,
  user: string,
): JsonObject {
  return {
    queryId: id,
    name,
    description,
    query,
    type: 'userDefined',
    user,
    createdTime: seconds(createdAt),
    modifiedTime: null,
  }
}

/** A report as the API shows it. */
export function reportJson(report: Report, user: string, now: number): JsonObject {
  const { interval, count, startsAt } = report
  const endsAt = startsAt + Math.max(0, (count ?? 1) - 1) * interval * 3_600_000
  const isOver = (interval === 0 || count !== undefined) && endsAt < now
  return {
    reportId: report.id,
    reportName: report.name,
    description: report.description,
    queryId: report.query.id,
    query: report.query.query,
    user,
    createdTime: seconds(report.createdAt),
    modifiedTime: null,
    startTime: seconds(startsAt),
    reportStatus: isOver ? 'Inactive' : 'Active',
    recurrenceInterval: interval,
    recurrenceCount: count ?? null,
    callbackUrl: report.callbackUrl,
    format: report.format,
  }
}

/** An execution as the API shows it. */
export function executionJson(execution: Execution, origin: string): JsonObject {
  const { id, report, status, endsAt } = execution
  const isDone = status === 'Completed'
  return {
    executionId: id,
    reportId: report.id,
    recurrenceInterval: report.interval,
    recurrenceCount: report.count ?? null,
    callbackUrl: report.callbackUrl,
    format: report.format,
    executionStatus: status,
    reportAccessSecureLink: isDone ? origin + downloadPath(id, report.format) : null,
    reportExpiryTime: null,
    reportGeneratedTime: isDone ? seconds(endsAt) : null,
  }
}

function seconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
