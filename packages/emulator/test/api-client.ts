import { expect } from 'vitest'
import type { Emulator } from '../src/index.ts'
import { requestToken } from './requests.ts'

/** What an API answered. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The JSON that it holds, if it does. */
  readonly body: unknown
}

/** Sends requests to one API as an app would. */
export type ApiClient = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<ApiAnswer>

/** A client with a token for `audience` that is sent with every request. */
export async function apiClient(
  emulator: Emulator,
  audience: string,
  {
    origin = emulator.origin,
    fields = {},
  }: { origin?: string; fields?: Record<string, string> } = {},
): Promise<ApiClient> {
  const { body } = await requestToken(emulator, 'v2', { scope: `${audience}/.default`, ...fields })
  return bearerClient(origin, String(body['access_token']))
}

/** A client that sends a token of its own with every request, or none. */
export function bearerClient(origin: string, token: string | undefined): ApiClient {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(path.startsWith('http') ? path : origin + path, {
      method,
      headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    const parsed: unknown = isJson && text ? JSON.parse(text) : undefined
    return { status: response.status, headers: response.headers, text, body: parsed }
  }
}

/** An app besides the first one, for what it may not do. */
export const stranger = {
  clientId: '99999999-8888-7777-6666-555555555555',
  secret: 'stranger-secret',
}

/** What a client of that app sends to the token endpoint. */
export const asStranger: Record<string, string> = {
  client_id: stranger.clientId,
  client_secret: stranger.secret,
}

/** Bodies that no operation takes. None of them ends the emulator. */
export const hostileBodies: readonly string[] = [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '1e999',
  '{"__proto__":{"x":1},"constructor":{"prototype":1}}',
  '\u0000\ufffd',
  `${'['.repeat(100_000)}`,
  '{"resources":[null,1,"x",[],{}]}',
  '{"planId":{"toString":1,"valueOf":1},"quantity":{"toString":1},"status":{"toString":1}}',
  '{"resources":[{"$schema":"https://s/schema/plan/1","product":{"resourceName":{"toString":1}}}]}',
  '{"planId":{"a":1},"quantity":{"b":[]},"status":["Success"],"request":[null,1,[],{}]}',
]

/** Sends every hostile body to a path and expects a proper answer each time. */
export async function expectProperAnswers(
  send: ApiClient,
  method: string,
  path: string,
): Promise<void> {
  for (const body of hostileBodies) {
    for (const type of ['application/json', 'text/xml', 'multipart/form-data; boundary=x']) {
      const answer = await send(method, path, body, { 'content-type': type })
      expect(answer.status, `${method} ${path} ${body.slice(0, 40)}`).toBeGreaterThanOrEqual(200)
      expect(answer.status, `${method} ${path} ${body.slice(0, 40)}`).toBeLessThan(500)
    }
  }
}
