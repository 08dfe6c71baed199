import { json, type Reply } from '../http/reply.ts'
import type { Route } from '../http/route.ts'
import type { AnalyticsState } from './analytics.ts'

/** Where the file of an execution is: a link that needs no token, as that of a storage account. */
export function downloadPath(executionId: string, format: 'csv' | 'tsv'): string {
  return `/reports/${executionId}.${format}`
}

/** Serves the files of reports. In production they lie in a storage account, so these requests belong to no API. */
export function reportDownload(state: () => AnalyticsState, now: () => number): Route {
  return {
    side: 'elsewhere',
    method: ['GET', 'HEAD'],
    path: '/reports/:file',
    answer({ params }): Reply {
      const [id = '', format] = (params['file'] ?? '').split('.')
      const file = state().file(id, now())
      if (!file || file.format !== format) {
        return json(404, { error: { code: 'BlobNotFound', message: 'There is no such report.' } })
      }
      const type = file.format === 'csv' ? 'text/csv' : 'text/tab-separated-values'
      return { status: 200, headers: { 'content-type': `${type}; charset=utf-8` }, body: file.text }
    },
  }
}
