import type { VirtualTime } from './virtual-time.ts'

/** The authority, and an API that accepts its tokens. */
export interface VirtualAuthority {
  /** The `fetch` of one process's token requests. */
  fetch(link: { readonly cutOff: boolean }): typeof globalThis.fetch
  is: 'up' | 'busy' | 'unreachable'
  /** While set, a token request is answered 429 with so many seconds. */
  limitedUntil: number
  secret: string
  /** When each token request came. */
  readonly requests: readonly number[]
  revokeAll(): void
  /** What the API answers a request with this header. */
  answer(authorization: string | undefined): 200 | 401
}

const hour = 3_600_000

export function virtualAuthority(time: VirtualTime, tokenTime: number): VirtualAuthority {
  const requests: number[] = []
  let revokedUntil = -1

  async function answer(init: RequestInit | undefined): Promise<Response> {
    requests.push(time.now)
    await within(tokenTime * (2 / 3 + Math.random() * (2 / 3)), init?.signal)
    if (authority.is === 'busy') return json(503, { error: 'temporarily_unavailable' })
    if (time.now < authority.limitedUntil) {
      const left = Math.ceil((authority.limitedUntil - time.now) / 1_000)
      return json(429, { error: 'temporarily_unavailable' }, { 'retry-after': String(left) })
    }
    const form = new URLSearchParams(String(init?.body))
    if (form.get('client_secret') !== authority.secret) {
      const error_description = 'AADSTS7000215: Invalid client secret provided.'
      return json(401, { error: 'invalid_client', error_codes: [7000215], error_description })
    }
    return json(200, {
      token_type: 'Bearer',
      access_token: `${time.now}.${requests.length}`,
      expires_in: 3_600,
    })
  }

  const authority: VirtualAuthority = {
    is: 'up',
    limitedUntil: 0,
    secret: 'right',
    requests,
    fetch: link => async (_, init) => {
      if (authority.is === 'unreachable' || link.cutOff) {
        requests.push(time.now)
        await within(5, init?.signal)
        throw new TypeError('fetch failed')
      }
      return answer(init)
    },
    revokeAll() {
      revokedUntil = time.now
    },
    answer(authorization) {
      const [, issuedAt] = /^Bearer ([\d.]+)\.\d+$/.exec(authorization ?? '') ?? []
      const issued = Number(issuedAt ?? Number.NaN)
      return issued > revokedUntil && time.now < issued + hour ? 200 : 401
    },
  }
  return authority
}

function json(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers })
}

function within(ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason)
    })
  })
}
