import { type Api, checkedApi } from './api/api.ts'
import { parsedUrl } from './api/url.ts'
import { check } from './check.ts'
import type { Credential } from './credential/credential.ts'
import { environment } from './credential/environment.ts'
import { cloudPartnerPortal } from './portal/cloud-partner-portal.ts'
import { checkStore } from './store/check-store.ts'
import { throughStore } from './store/through-store.ts'
import type { TokenStore } from './store/token-store.ts'
import { type Observe, quiet } from './token/token-event.ts'
import { type TokenSource, tokenSource } from './token/token-source.ts'

export interface CloudPartnerAuthOptions {
  /** Default: `environment()`. */
  readonly credential?: Credential | undefined
  /** Default: `[cloudPartnerPortal]`. */
  readonly apis?: readonly Api[] | undefined
  /**
   * Where tokens are shared with other processes: `encrypted(redisStore(client), key)`. The credential must have an
   * `identity`. Default: none, each process acquires its own.
   */
  readonly store?: TokenStore | undefined
  /** Told what happens, at once and on the caller's stack; what it throws is ignored. */
  readonly observe?: Observe | undefined
  /** Whether a request whose token was refused is sent once more with a renewed one. Default: `true`. */
  readonly resend?: boolean | undefined
}

/**
 * The Apis with their token sources. One serves any number of clients of any kind, and they share its tokens.
 *
 * Adapters rely on nothing but these members, so that an auth made by another copy or build of this package works.
 */
export interface CloudPartnerAuth {
  readonly resend: boolean
  readonly observe: Observe
  /** The Api that `url` belongs to, with its token source; `undefined` where no token may go. */
  covering(url: string): Covering | undefined
}

export interface Covering {
  readonly api: Api
  readonly source: TokenSource
}

/**
 * Makes a {@link CloudPartnerAuth}. Nothing is sent until a request needs a token.
 *
 * Throws a TypeError that names the option, or the environment variable, that is missing or malformed.
 *
 * @example
 * const auth = cloudPartnerAuth({ credential: clientSecret({ tenantId, clientId, secret }) })
 */
export function cloudPartnerAuth(options: CloudPartnerAuthOptions = {}): CloudPartnerAuth {
  const { apis = [cloudPartnerPortal], resend = true, observe: given = () => {}, store } = options
  check(typeof given === 'function', 'observe must be a function of an event')
  check(typeof resend === 'boolean', 'resend must be true or false')
  const observe = quiet(given)
  check(Array.isArray(apis) && apis.length > 0, 'apis must list at least one Api')
  const checked = apis.map((api, index) => checkedApi({ ...api }, `apis[${index}]`))
  const { credential = environment() } = options
  check(
    typeof credential?.acquire === 'function',
    'credential must be made by clientSecret(), tokenEndpoint() or have an acquire() of its own',
  )
  if (store !== undefined) checkStore(store, credential)
  const shared = store ? throughStore(credential, { store, observe }) : credential

  const sources = new Map<string, TokenSource>()
  const coverings = new Map<string, Covering>()
  for (const api of checked) {
    const { audience } = api
    const source = sources.get(audience) ?? tokenSource({ credential: shared, audience, observe })
    sources.set(audience, source)
    for (const origin of api.origins) {
      check(!coverings.has(origin), `apis: two of them list the origin ${origin}`)
      coverings.set(origin, { api, source })
    }
  }

  function covering(url: string): Covering | undefined {
    // No parsing where the text begins with a listed origin and a slash: that slash ends the authority in every parser.
    const authorityEnd = url.indexOf('/', 'https://'.length)
    const known = authorityEnd === -1 ? undefined : coverings.get(url.slice(0, authorityEnd))
    if (known) return known
    const parsed = parsedUrl(url)
    // The origin of blob:https://host/x is https://host, and a host behind "user@" is easily misread by people and code.
    if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password)
      return undefined
    return coverings.get(parsed.origin)
  }

  return { resend, observe, covering }
}
