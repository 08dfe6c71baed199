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

/** A 400 with the general code `BadRequest`. */
export function badRequest(answer: Answer, message: string): Reply {
  return apiError(answer, 'BadRequest', message)
}
