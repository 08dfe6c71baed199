import type { Endpoint } from './endpoint.ts'

/** The v1 endpoint, asked by a plain HTTP POST. */
export const post: Endpoint = {
  version: 'v1',
  send: async request => (await import('../first-token.ts')).postRequest(request),
}
