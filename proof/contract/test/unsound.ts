import {
  type Api,
  type CloudPartnerAuth,
  type CloudPartnerAuthOptions,
  clientSecret,
  cloudPartnerAuth,
  tokenEndpoint,
} from '@cloud-partner-auth/core'
import { authorized, type Exchange, type TokenSource } from '@cloud-partner-auth/core/adapter'
import type { Core, Subject } from '../src/subject.ts'
import { type Fetch, fetchExchange, referenceFetch } from './reference-fetch.ts'

/** A core whose auths are made by `make`. */
export function core(make: (options: CloudPartnerAuthOptions) => CloudPartnerAuth): Core {
  return { cloudPartnerAuth: (options = {}) => make(options), clientSecret, tokenEndpoint }
}

type ChangedSource = Pick<TokenSource, 'get' | 'renew'>

/** The reference adapter on changed token sources: each token comes from their `get()`. */
export function source(change: (source: TokenSource) => ChangedSource): Partial<Subject<Fetch>> {
  return { adapter: auth => referenceFetch(on(auth, change)) }
}

function on(
  auth: CloudPartnerAuth,
  change: (source: TokenSource) => ChangedSource,
): CloudPartnerAuth {
  const changed = new Map<TokenSource, TokenSource>()
  return {
    ...auth,
    covering(url) {
      const covering = auth.covering(url)
      if (!covering) return undefined
      const known = changed.get(covering.source)
      const source = known ?? {
        ...change(unbound(covering.source)),
        current: () => undefined,
        trust() {},
        close() {},
      }
      changed.set(covering.source, source)
      return { ...covering, source }
    },
  }
}

/** Its methods as functions of their own, which may be taken apart. */
function unbound(source: TokenSource): TokenSource {
  return {
    current: () => source.current(),
    get: options => source.get(options),
    renew: (refused, options) => source.renew(refused, options),
    trust: token => source.trust(token),
    close: () => source.close(),
  }
}

/** The reference adapter with changed exchanges. */
export function exchange(
  change: (
    exchange: Exchange<Response>,
    init: RequestInit,
    url: string,
  ) => Partial<Exchange<Response>>,
): Partial<Subject<Fetch>> {
  return {
    adapter: auth => (input, init) => {
      const sound = fetchExchange(String(input), init)
      return authorized(auth, { ...sound, ...change(sound, init ?? {}, String(input)) })
    },
  }
}

export function eachTime(make: () => CloudPartnerAuth): CloudPartnerAuth {
  return { ...make(), covering: url => make().covering(url) }
}

export function renewing(options: CloudPartnerAuthOptions): CloudPartnerAuth {
  return on(cloudPartnerAuth(options), ({ get }) => {
    let current = get
    return {
      get: options => current(options),
      renew(refused) {
        const fresh = cloudPartnerAuth(options).covering(options.apis?.[0]?.origins[0] ?? '')
        if (fresh) current = options => fresh.source.get(options)
        return Promise.resolve(refused).then(() => current())
      },
    }
  })
}

export const followingFetch: Fetch = (input, init) => fetch(input, { ...init, redirect: 'follow' })

export function failingWithTheRenewal(auth: CloudPartnerAuth): Fetch {
  return async (input, init) => {
    let failure: unknown
    const telling = on(auth, ({ get, renew }) => ({
      get,
      renew: (refused, options) =>
        renew(refused, options).catch(thrown => {
          failure = thrown
          throw thrown
        }),
    }))
    const response = await referenceFetch(telling)(input, init)
    if (failure) throw failure
    return response
  }
}

/** Follows redirects itself and keeps method and body. */
export function following(put: {
  authorization: 'always' | 'first' | 'covered'
  version?: boolean
}) {
  return {
    adapter: (auth: CloudPartnerAuth): Fetch => {
      const hop = (url: string, init: RequestInit | undefined, authorization?: string) => {
        const headers = new Headers(init?.headers)
        if (authorization) headers.set('authorization', authorization)
        return fetch(url, { ...init, headers, redirect: 'manual' })
      }
      return async (input, init) =>
        authorized(auth, {
          ...fetchExchange(String(input), init),
          async send({ url, authorization: first }) {
            let response = await hop(url, init, first)
            let at = url
            for (let left = 20; response.headers.has('location') && left > 0; left--) {
              at = new URL(response.headers.get('location') ?? '', at).href
              const covering = auth.covering(at)
              const token = covering && `Bearer ${(await covering.source.get()).reveal()}`
              const next = { always: first, first: undefined, covered: token }[put.authorization]
              response = await hop(put.version && covering ? joined(at) : at, init, next)
            }
            return response
          },
        })
    },
  }
}

export const unversioned = without('version')
export const pathless = without('paths')
export const refusedBy401 = without('refuses')

/** A core that takes no notice of one field of its Apis. */
function without(field: keyof Api): Core {
  return core(options => {
    const apis = (options.apis ?? []).map(api => ({ ...api, [field]: undefined }))
    return cloudPartnerAuth({ ...options, apis })
  })
}

/** The reference adapter, except that it changes covered URLs. */
export function changing(auth: CloudPartnerAuth, change: (url: string) => string): Fetch {
  return (input, init) => {
    const url = String(input)
    return referenceFetch(auth)(auth.covering(url) ? change(url) : url, init)
  }
}

export function joined(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}api-version=2017-10-31`
}

export function joinedBeforeFragment(url: string): string {
  const [rest = '', ...fragment] = url.split('#')
  return [joined(rest), ...fragment].join('#')
}

export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}
