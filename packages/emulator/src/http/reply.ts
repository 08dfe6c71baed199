import type { ServerResponse } from 'node:http'
import type { Answer } from '../api/answer.ts'
import type { ApiRequest } from '../traffic/api-request.ts'
import type { TokenRequest } from '../traffic/token-request.ts'

/** What one request is answered with, before it is written to a socket. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
  /** Writes the body bit by bit instead. */
  readonly stream?: (response: ServerResponse) => void
  /** Which of an API's answers it is. */
  readonly answer?: Answer
  /** What the answering side found out about the request, for the log. */
  readonly about?: About
}

/** The part of a log entry that only the answering side can know. */
export type About = Partial<Omit<ApiRequest, 'id' | 'at' | 'status' | 'api'>> &
  Partial<Omit<TokenRequest, 'id' | 'at' | 'status'>>

/** A JSON answer. */
export function json(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  }
}
