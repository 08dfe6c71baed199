import type { Answer } from '../api/answer.ts'
import { reply } from '../api/reply.ts'
import type { Reply } from '../http/reply.ts'

/** The error envelope of this API, with details where something in a payload is to blame. */
export function ingestionError(
  answer: Answer,
  code: string,
  message: string,
  details: readonly { readonly code: string; readonly message: string }[] = [],
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return reply(answer, { error: { code, message, details } }, headers)
}
