import { json, type Reply } from '../http/reply.ts'

/** The portal's error envelope, `{"error":{"code","message"}}`. */
export function apiError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return json(status, { error: { code, message } }, headers)
}

/** 400 for a request that makes no sense. */
export function badRequest(message: string): Reply {
  return apiError(400, 'BadRequest', message)
}
