import type { Reply } from '../http/reply.ts'
import { apiError } from './api-error.ts'

const allowed = ['2016-08-01-preview', '2017-10-31']

/** The version a request names; parameter names are case-insensitive. */
export function apiVersion(query: URLSearchParams): string | undefined {
  for (const [name, value] of query) if (name.toLowerCase() === 'api-version') return value
  return undefined
}

/** The answer to a request without a version the portal has, or nothing when it has it. */
export function refuseVersion(version: string | undefined): Reply | undefined {
  if (version !== undefined && allowed.includes(version)) return undefined
  return {
    ...apiError(
      400,
      'InvalidAPIVersion',
      `Invalid api version. Allowed values are [${allowed.join(', ')}]`,
    ),
    about: { refused: version === undefined ? 'no api-version' : 'unknown api-version' },
  }
}
