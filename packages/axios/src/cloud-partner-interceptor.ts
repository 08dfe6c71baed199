import { type Auth, authorized } from '@cloud-partner-auth/core/adapter'
import axios, {
  type AxiosAdapter,
  type AxiosResponse,
  type InternalAxiosRequestConfig as Config,
} from 'axios'
import { answer, discard } from './answer.ts'
import { requestUrl } from './request-url.ts'
import { outcome, type Sent, send } from './send.ts'
import { tokenWait } from './token-wait.ts'

/**
 * Makes a request interceptor that gives the requests to the APIs of `auth` their token and their version.
 *
 * It replaces `config.adapter`, so the exchange with the API runs below axios's interceptors, its transforms and any
 * retry plugin: what is sent again, because its token was refused, passes none of them twice. Requests to other URLs
 * go out untouched. An interceptor that runs after this one and replaces `config.adapter` as well takes it out again.
 *
 * When no token can be had, the request is not sent and rejects with a `CloudPartnerAuthError`.
 *
 * @example
 * client.interceptors.request.use(cloudPartnerInterceptor(auth))
 */
export function cloudPartnerInterceptor(auth: Auth): (config: Config) => Config {
  return config => {
    // Changed in place: this very object is what the caller gets as `response.config` and `error.config`.
    config.adapter = authorizedAdapter(auth, config.adapter)
    return config
  }
}

interface AuthorizedAdapter extends AxiosAdapter {
  /** Found by its name, so that another copy of this package finds it too. */
  readonly cloudPartnerAuths?: readonly Auth[]
}

function authorizedAdapter(auth: Auth, adapter: Config['adapter']): AxiosAdapter {
  // Retry plugins send `error.config` again, and with it an adapter that is ours already.
  const auths = (adapter as AuthorizedAdapter | undefined)?.cloudPartnerAuths ?? []
  if (auths.includes(auth)) return adapter as AxiosAdapter
  const authorizing = (config: Config) => {
    if (typeof adapter !== 'function') ownHeaders(config)
    return deliver(auth, axios.getAdapter(adapter || axios.defaults.adapter, config), config)
  }
  return Object.defineProperty(authorizing, 'cloudPartnerAuths', { value: [auth, ...auths] })
}

/** An ES module and a CommonJS package have axios in two builds. Before 1.8 each takes the other's headers for none. */
function ownHeaders(config: Config): void {
  if (config.headers instanceof axios.AxiosHeaders) return
  config.headers = Object.assign(new axios.AxiosHeaders(), config.headers)
}

async function deliver(auth: Auth, adapter: AxiosAdapter, config: Config): Promise<AxiosResponse> {
  const target = requestUrl(config)
  const wait = tokenWait(config)
  const { response, rejected } = await authorized<Sent>(auth, {
    url: target.url,
    method: config.method,
    signal: wait.signal,
    authorizationSet: authorizationSet(config),
    send: attempt =>
      attempt.url === target.url && !attempt.authorization
        ? outcome(adapter, config)
        : send(adapter, config, attempt, { ...target.at(attempt.url), ...wait.timeLeft() }),
    answer: sent => answer(config, sent),
    discard,
  }).finally(wait.end)
  if (rejected) throw rejected.error
  return response as AxiosResponse // there, where nothing was rejected
}

/** `null` and `false` are axios's ways to say that a header must not be sent; `has` is true for both. */
function authorizationSet(config: Config): boolean {
  return Boolean(config.auth) || config.headers.has('Authorization')
}
