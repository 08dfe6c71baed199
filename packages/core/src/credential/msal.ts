import type { Endpoint } from './endpoint.ts'

/** The v2 endpoint, asked by `@azure/msal-node`. All that has to do with MSAL is loaded with the first acquisition. */
export const msal: Endpoint = {
  version: 'v2',
  send: async request => (await import('./msal-request.ts')).msalRequest(request),
}
