import { randomUUID } from 'node:crypto'
import type { Answer } from '../api/answer.ts'
import { refusedBecause, reply } from '../api/reply.ts'
import type { Call } from '../http/call.ts'
import type { Reply } from '../http/reply.ts'

const version = '2018-08-31'

/** The headers of every answer: the ids that the request named, or new ones. */
export function marketplaceHeaders({ headers }: Call): Readonly<Record<string, string>> {
  return {
    'x-ms-requestid': first(headers['x-ms-requestid']) ?? randomUUID(),
    'x-ms-correlationid': first(headers['x-ms-correlationid']) ?? randomUUID(),
  }
}

/** What both APIs of the marketplace say to a request without their one version. */
export function refuseMarketplaceVersion(
  answers: { readonly noVersion: Answer; readonly unknownVersion: Answer },
  named: string | undefined,
  { origin, url }: Call,
): Reply | undefined {
  if (named === version) return undefined
  if (named === undefined || named === '') {
    return refusedBecause(
      'no api-version',
      versionError(
        answers.noVersion,
        'ApiVersionUnspecified',
        'An API version is required, but was not specified.',
      ),
    )
  }
  const message = `The HTTP resource that matches the request URI '${origin}${url}' does not support the API version '${named}'.`
  return refusedBecause(
    'unknown api-version',
    versionError(answers.unknownVersion, 'UnsupportedApiVersion', message),
  )
}

// With capital letters, unlike everything else that this service says.
function versionError(answer: Answer, code: string, message: string): Reply {
  return reply(answer, { Error: { Code: code, Message: message } })
}

function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}
