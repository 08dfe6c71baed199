import type { Answer } from '../api/answer.ts'
import { reply } from '../api/reply.ts'
import type { Reply } from '../http/reply.ts'

/** The portal's error envelope, `{"error":{"code","message"}}`. */
export function apiError(
  answer: Answer,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return reply(answer, { error: { code, message } }, headers)
}

/** The code and the message of a 400 that has no code of its own. */
export function badRequest(answer: Answer, message: string): Reply {
  return apiError(answer, 'BadRequest', message)
}
