import { createRequire } from 'node:module'
import type { Client, ClientOptions, Sending, Subject, Traits } from '@cloud-partner-auth/contract'
import { type Dispatcher, Pool } from 'undici'
import { cloudPartnerFactory, cloudPartnerInterceptor } from '../src/index.ts'
import { type UndiciMajor, undiciMajors } from './undici-majors.ts'

type Factory = (origin: string | URL, options?: object) => Dispatcher
type Interceptor = Dispatcher.DispatcherComposeInterceptor

const commonjs = createRequire(import.meta.url)('@cloud-partner-auth/undici')
const [newest = expectOne()] = undiciMajors.slice(-1)

/** The factory in an Agent of one major. */
export function factorySubject({ major, undici }: UndiciMajor): Subject<Factory> {
  const { Pool } = undici
  return {
    name: `undici ${major} factory`,
    adapter: auth => cloudPartnerFactory(auth, { Pool }),
    commonjs: auth => commonjs.cloudPartnerFactory(auth, { Pool }),
    create: (factory, options) => agentClient(undici, { factory }, options),
    traits: { ...traits(major), resendsTheHop: true },
  }
}

/** The interceptor, composed on an Agent of one major after redirects. */
export function interceptorSubject({ major, undici }: UndiciMajor): Subject<Interceptor> {
  return {
    name: `undici ${major} interceptor`,
    adapter: cloudPartnerInterceptor,
    commonjs: commonjs.cloudPartnerInterceptor,
    create: (interceptor, options) => agentClient(undici, { interceptor }, options),
    traits: { ...traits(major), keepsTokenInOrigin: true },
  }
}

/** What applications use: the factory in an Agent of the newest major. */
export const subject: Subject<Factory> = {
  ...factorySubject(newest),
  adapter: cloudPartnerFactory,
  byHand:
    ({ origin, token, version }) =>
    (server, options) => {
      const pool = new Pool(server, options)
      if (new URL(server).origin !== origin) return pool
      return pool.compose(dispatch => (request, handler) => {
        const path = `${request.path}${request.path.includes('?') ? '&' : '?'}api-version=${version}`
        const headers = { ...request.headers, authorization: `Bearer ${token}` }
        return dispatch({ ...request, path, headers }, handler)
      })
    },
}

function traits(major: number): Traits {
  return {
    throwsOnStatus: false,
    retries: true,
    baseUrl: false,
    seesHops: true,
    explained: major > 7, // before, its API makes the headers that it hands on itself
    resendsTheHop: false,
    queries: [],
    bodies: {
      JSON: 'resent',
      string: 'resent',
      Buffer: 'resent',
      'typed array': 'resent',
      URLSearchParams: 'unsupported',
      'FormData with a file': major === 6 ? 'resent' : 'unsupported',
      Blob: 'resent',
      'Node stream': 'once',
      'web stream': 'once',
      'async generator': 'once',
    },
  }
}

function agentClient(
  { Agent, interceptors: { redirect, retry } }: UndiciMajor['undici'],
  {
    factory,
    interceptor,
  }: { factory?: Factory | undefined; interceptor?: Interceptor | undefined },
  { retries = 0 }: ClientOptions,
): Client {
  const limits = { maxRetries: retries, minTimeout: 0, maxTimeout: 0 }
  const repeat = retry({ ...limits, statusCodes: [503], methods: ['GET', 'PUT'] })
  let dispatcher: Dispatcher = new Agent(factory && { factory })
  dispatcher = dispatcher.compose(redirect({ maxRedirections: 5 }))
  if (interceptor) dispatcher = dispatcher.compose(interceptor)
  if (retries > 0) dispatcher = dispatcher.compose(repeat)
  return requestClient(dispatcher)
}

function requestClient(dispatcher: Dispatcher): Client {
  return {
    async send({ method = 'GET', url, headers, json, body, signal, timeout }: Sending) {
      const limit = timeout === undefined ? signal : AbortSignal.timeout(timeout)
      const raw = await dispatcher.request({
        ...parts(url),
        method: method as Dispatcher.HttpMethod,
        headers: { ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
        body: (json === undefined ? body : JSON.stringify(json)) as string,
        ...(limit && { signal: limit }),
      })
      return { status: raw.statusCode, text: await raw.body.text(), raw }
    },
  }
}

/** `request(url)` would forget a user name. */
function parts(url: string): { origin: string; path: string } {
  const [, origin = '', path = ''] = /^(\w+:\/\/[^/]+)([^#]*)/.exec(new URL(url).href) ?? []
  return { origin, path }
}

function expectOne(): never {
  throw new Error('undiciMajors is empty')
}
