/** A token endpoint without a network: counts the token requests and answers each after `latency`. */
export interface Wire {
  count: number
  /** Answers 503 while it is set. */
  down: boolean
  readonly fetch: typeof globalThis.fetch
  /** For msal-node: `system.networkClient`. */
  readonly networkClient: {
    sendGetRequestAsync(): Promise<never>
    sendPostRequestAsync<Body>(): Promise<{
      status: number
      headers: Record<string, string>
      body: Body
    }>
  }
  answer(): Promise<{ status: number; body: Record<string, unknown> }>
}

export interface WireOptions {
  readonly latency?: number
  /** Seconds. */
  readonly refreshIn?: number
}

export const tenantId = '11111111-2222-3333-4444-555555555555'
export const clientId = '66666666-7777-8888-9999-000000000000'
export const secret = 'not a secret'
export const audience = 'https://cloudpartner.azure.com'

export function wire({ latency = 0, refreshIn }: WireOptions = {}): Wire {
  const json = { 'content-type': 'application/json' }
  const self: Wire = {
    count: 0,
    down: false,
    async answer() {
      self.count++
      if (latency > 0) await new Promise(resume => setTimeout(resume, latency))
      if (self.down) return { status: 503, body: { error: 'temporarily_unavailable' } }
      const value = `token-${self.count}-${'x'.repeat(1_500)}`
      return {
        status: 200,
        body: {
          token_type: 'Bearer',
          expires_in: 3_599,
          ...(refreshIn !== undefined && { refresh_in: refreshIn }),
          access_token: value,
        },
      }
    },
    async fetch() {
      const { status, body } = await self.answer()
      return Response.json(body, { status })
    },
    networkClient: {
      sendGetRequestAsync: () => Promise.reject(new Error('no discovery is needed')),
      async sendPostRequestAsync<Body>() {
        const { status, body } = await self.answer()
        return { status, headers: json, body: body as Body } // what msal-node expects is what the wire says
      },
    },
  }
  return self
}
