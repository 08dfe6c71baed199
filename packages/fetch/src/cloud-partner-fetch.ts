import {
  type AuthOption,
  authFor,
  authorized,
  type CloudPartnerAuth,
  check,
  optionsOf,
  shown,
} from '@cloud-partner-auth/core/adapter'
import { type AnyFetch, type Fetch, fetchExchange, isRequest } from './fetch-exchange.ts'
import { classOf } from './moved-request.ts'
import { heldBody } from './replayable-body.ts'

export interface CloudPartnerFetchOptions {
  /** What sends the requests. Default: the global `fetch` at the time of each call. */
  readonly fetch?: AnyFetch | undefined
}

/**
 * Wraps `fetch`: requests to a covered URL get the API's version and a token, and go once more with a renewed token
 * where the API refuses it. Every other request, and everything else about these, is `fetch`'s own.
 *
 * Rejects with a `CloudPartnerAuthError`, nothing having been sent, where no token can be had. Throws a TypeError for what
 * is no auth, and no function that picks one by the input and init of a request.
 *
 * @example
 * const send = cloudPartnerFetch(cloudPartnerAuth())
 * const response = await send('https://cloudpartner.azure.com/api/offerTypes')
 */
export function cloudPartnerFetch(
  auth: AuthOption<Parameters<Fetch>>,
  options: CloudPartnerFetchOptions = {},
): typeof globalThis.fetch {
  const authOf = authFor(auth, 'cloudPartnerFetch')
  const { fetch: given } = optionsOf(options, ['fetch'], 'cloudPartnerFetch')
  check(
    given === undefined || typeof given === 'function',
    `cloudPartnerFetch(auth, { fetch }) takes a function, and not ${shown(given)}`,
  )
  check(
    !(given && ('interceptors' in given || 'paginate' in given)),
    `cloudPartnerFetch(auth, { fetch }) takes a fetch, and not a client of axios or got: use their own plugins`,
  )
  return async (input, init) => {
    const picked = authOf(input, init)
    const fetch = (given as Fetch | undefined) ?? globalThis.fetch // its types are whatever its library has
    return picked ? sendAuthorized(picked, fetch, input, init) : fetch(input, init)
  }
}

async function sendAuthorized(
  auth: CloudPartnerAuth,
  fetch: Fetch,
  ...[input, init]: Parameters<Fetch>
): Promise<Response> {
  // A Request may stand in for an init. Its fields are getters of its class, which no spread copies.
  const [request, given]: [typeof input, RequestInit] = isRequest(init)
    ? [new (classOf(init))(input, init), {}]
    : [input, init ?? {}]
  const covered = given.body && auth.covering(isRequest(request) ? request.url : String(request))
  const held = given.body && covered ? { ...given, body: heldBody(given.body) } : given
  try {
    return await authorized(auth, fetchExchange(fetch, request, held))
  } catch (error) {
    giveUp(given.body ?? (isRequest(request) ? request.body : null), error)
    throw error
  }
}

/** Tells the source of a body that nobody will read it any more, as `fetch` does when it fails. */
function giveUp(body: unknown, reason: unknown): void {
  if (!(body instanceof ReadableStream)) return
  body.cancel(reason).catch(() => {}) // fetch has begun to read it, so it is fetch's to cancel
}
