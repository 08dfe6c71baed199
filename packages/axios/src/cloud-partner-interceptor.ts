import {
  type Attempt,
  type AuthOption,
  authFor,
  authorized,
  type CloudPartnerAuth,
} from '@cloud-partner-auth/core/adapter'
import axios, {
  type AxiosAdapter,
  type AxiosResponse,
  type InternalAxiosRequestConfig as Config,
} from 'axios'
import { answer, discard } from './answer.ts'
import { versionKept } from './own-adapter.ts'
import { type RequestGuard, requestGuard } from './request-guard.ts'
import { requestUrl } from './request-url.ts'
import { outcome, type Sent, send } from './send.ts'
import { tokenWait } from './token-wait.ts'

/**
 * Makes a request interceptor that gives the requests to the APIs of an auth their token and their version.
 *
 * It replaces `config.adapter`, so the exchange with the API runs below axios's interceptors, its transforms and any
 * retry plugin: what is sent again, because its token was refused, passes none of them twice. Requests to other URLs
 * go out untouched. An interceptor that runs after this one and replaces `config.adapter` as well takes it out again.
 *
 * When no token can be had, or a proxy would read it, the request is not sent and rejects with a
 * `CloudPartnerAuthError`. Throws a TypeError for what is no auth, and where it is called with what is no config.
 *
 * @param auth An auth, or a function that picks one for a config; `undefined`: the request is sent without.
 *
 * @example
 * client.interceptors.request.use(cloudPartnerInterceptor(auth))
 */
export function cloudPartnerInterceptor(
  auth: AuthOption<[config: Config]>,
  options?: never,
): (config: Config) => Config {
  checkArgument(auth)
  const pick = authFor(auth, 'cloudPartnerInterceptor', options)
  const guard = requestGuard()
  return config => {
    checkConfig(config)
    const picked = pick(config)
    // Changed in place: this very object is what the caller gets as `response.config` and `error.config`.
    if (picked) config.adapter = authorizedAdapter(picked, guard, config.adapter)
    return config
  }
}

const use = 'client.interceptors.request.use(cloudPartnerInterceptor(auth))'

/** What core cannot know for a mistake. Axios itself calls a factory that was passed without being called: with a config. */
function checkArgument(value: unknown): void {
  const object = Object(value)
  if (has(object, 'headers'))
    throw new TypeError(`cloudPartnerInterceptor has to be called: ${use}`)
  if (has(object, 'interceptors'))
    throw new TypeError(`cloudPartnerInterceptor takes an auth and not a client: ${use}`)
}

/** What `Object.prototype` has, some other package has put there. */
function has(object: object, name: string): boolean {
  return name in object && !(name in Object.prototype)
}

/** Another chain of hooks would take what comes back for its own, and send its requests without a token. */
function checkConfig(value: unknown): void {
  const object = Object(value)
  const answer = object instanceof Error || (has(object, 'config') && object.config?.headers)
  const foreign = has(object, 'bodyUsed') || (has(object, 'hooks') && object.hooks?.beforeRequest)
  if ('headers' in object && !answer && !foreign) return
  const got = answer
    ? 'an answer'
    : foreign
      ? "another client's request"
      : `no config: ${typeof value}`
  throw new TypeError(`This interceptor is for ${use}, and it was called with ${got}`)
}

interface AuthorizedAdapter extends AxiosAdapter {
  /** Found by its name, so that another copy of this package finds it too. */
  readonly cloudPartnerAuths?: readonly CloudPartnerAuth[]
}

function authorizedAdapter(
  auth: CloudPartnerAuth,
  guard: RequestGuard,
  adapter: Config['adapter'],
): AxiosAdapter {
  // Retry plugins send `error.config` again, and with it an adapter that is ours already.
  const auths = (adapter as AuthorizedAdapter | undefined)?.cloudPartnerAuths ?? []
  if (auths.includes(auth)) return adapter as AxiosAdapter
  const authorizing = (config: Config) => deliver(auth, guard, adapter, config)
  return Object.defineProperty(authorizing, 'cloudPartnerAuths', { value: [auth, ...auths] })
}

async function deliver(
  auth: CloudPartnerAuth,
  guard: RequestGuard,
  given: Config['adapter'],
  config: Config,
): Promise<AxiosResponse> {
  const own = typeof given === 'function'
  if (!own) ownHeaders(config)
  const adapter: AxiosAdapter = config =>
    axios.getAdapter(given || axios.defaults.adapter, config)(config)
  const target = requestUrl(config, auth)
  const wait = tokenWait(config)
  const isHome = (url: string) =>
    new URL(url).origin === new URL(target.url).origin &&
    auth.covering(url)?.api.audience === auth.covering(target.url)?.api.audience

  function sent(attempt: Attempt): Promise<Sent> {
    const { at } = target
    if (!at) return outcome(adapter, config)
    const changes = { ...at(attempt.url), ...wait.timeLeft() }
    const sending = () => send(adapter, config, attempt, changes, { guard, isHome })
    return own && attempt.url !== target.url ? versionKept(attempt, sending) : sending()
  }

  const { response, rejected } = await authorized<Sent>(auth, {
    url: target.url,
    method: config.method,
    signal: wait.signal,
    authorizationSet: authorizationSet(config),
    send: sent,
    answer: sent => answer(config, sent),
    discard,
  }).finally(wait.end)
  if (rejected) throw rejected.error
  return response as AxiosResponse // there, where nothing was rejected
}

/** An ES module and a CommonJS package have axios in two builds. Before 1.8 each takes the other's headers for none. */
function ownHeaders(config: Config): void {
  if (config.headers instanceof axios.AxiosHeaders) return
  config.headers = Object.assign(new axios.AxiosHeaders(), config.headers)
}

/** `null` and `false` are axios's ways to say that a header must not be sent; `has` is true for both. */
function authorizationSet(config: Config): boolean {
  return Boolean(config.auth) || config.headers.has('Authorization')
}
