import { createRequire } from 'node:module'
import {
  type Client,
  contractCases,
  runCase,
  type Sending,
  type Subject,
} from '@cloud-partner-auth/contract'
import type { CloudPartnerAuth } from '@cloud-partner-auth/core'
import type { Dispatcher } from 'undici'
import { describe, test } from 'vitest'
import { cloudPartnerFactory, cloudPartnerInterceptor } from '../src/index.ts'
import { type UndiciMajor, undiciMajors } from './undici-majors.ts'

/** What a dispatcher is made with: a factory for its Agent, or an interceptor that is composed on it. */
type Plugin =
  | { readonly factory: (origin: string | URL, options?: object) => Dispatcher }
  | { readonly interceptor: Dispatcher.DispatcherComposeInterceptor }

// With the plugin as without, undici 6 may connect anew after an abort, and delivers the last redirect.
const notIn6 = [
  "ends a request under way with the client's own abort error and frees its connection",
  'gives an upload up half-way as the client alone does, with its connection and its source',
  'shows no token in the error of a redirect that never ends',
]

for (const undiciMajor of undiciMajors)
  for (const made of [subject(undiciMajor, 'factory'), subject(undiciMajor, 'interceptor')])
    describe.for(Object.entries(contractCases))(`${made.name}: %s`, ([, cases]) => {
      for (const contractCase of cases)
        test(contractCase.title, { timeout: 30_000 }, ({ skip }) => {
          const lacking = contractCase.lacking?.(made)
          if (lacking) skip(lacking)
          if (undiciMajor.major === 6 && notIn6.includes(contractCase.title))
            skip('so is undici 6 alone')
          return runCase(made, contractCase)
        })
    })

function subject({ major, undici }: UndiciMajor, way: 'factory' | 'interceptor'): Subject<Plugin> {
  const { redirect, retry } = undici.interceptors
  const plugin = (exported: typeof import('../src/index.ts')) => (auth: CloudPartnerAuth) =>
    way === 'factory'
      ? { factory: exported.cloudPartnerFactory(auth, { Pool: undici.Pool }) }
      : { interceptor: exported.cloudPartnerInterceptor(auth) }
  return {
    name: `undici ${major} ${way}`,
    adapter: plugin({ cloudPartnerFactory, cloudPartnerInterceptor } as never),
    commonjs: plugin(createRequire(import.meta.url)('@cloud-partner-auth/undici')),
    create(plugin, { retries = 0 }) {
      const limits = { maxRetries: retries, minTimeout: 0, maxTimeout: 0 }
      const repeat = retry({ ...limits, statusCodes: [503], methods: ['GET', 'PUT'] })
      const factory = plugin && 'factory' in plugin ? plugin.factory : undefined
      let dispatcher: Dispatcher = new undici.Agent(factory && { factory })
      dispatcher = dispatcher.compose(redirect({ maxRedirections: 5 }))
      if (plugin && 'interceptor' in plugin) dispatcher = dispatcher.compose(plugin.interceptor)
      if (retries > 0) dispatcher = dispatcher.compose(repeat)
      return requestClient(dispatcher)
    },
    traits: {
      throwsOnStatus: false,
      retries: true,
      baseUrl: false,
      seesHops: true,
      resendsTheHop: way === 'factory',
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
    },
  }
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
