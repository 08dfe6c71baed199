import { Agent } from 'node:http'
import { cloudPartnerInterceptor } from '@cloud-partner-auth/axios'
import {
  accessToken,
  type CloudPartnerAuth,
  cloudPartnerAuth,
  cloudPartnerPortal,
} from '@cloud-partner-auth/core'
import { cloudPartnerFetch } from '@cloud-partner-auth/fetch'
import { cloudPartnerHooks as gotHooks } from '@cloud-partner-auth/got'
import { cloudPartnerHooks as kyHooks } from '@cloud-partner-auth/ky'
import axios from 'axios'
import got from 'got'
import ky from 'ky'

/** One request by the bare client, with a hook as a careful person writes it, and with our adapter. */
export interface Variants {
  bare(): Promise<unknown>
  /** A token and a version that never change; the origin is looked at. */
  byHand(): Promise<unknown>
  adapter(): Promise<unknown>
}

const token = 'x'.repeat(1_500)
const version = '2016-08-01-preview'

export function clientsOf(origin: string): Readonly<Record<string, Variants>> {
  const auth = authOf(origin)
  const url = `${origin}/api/offerTypes`
  return {
    axios: axiosVariants(auth, url, origin),
    got: gotVariants(auth, url, origin),
    ky: kyVariants(auth, url, origin),
    ...fetchVariants(auth, url, origin),
  }
}

/** The cheapest credential there is: what is measured is a request with a held token. */
function authOf(origin: string): CloudPartnerAuth {
  const acquire = async () => accessToken({ value: token, expiresAt: Date.now() + 24 * 3_600_000 })
  return cloudPartnerAuth({
    credential: { acquire },
    apis: [{ ...cloudPartnerPortal, origins: [origin] }],
  })
}

function axiosVariants(auth: CloudPartnerAuth, url: string, origin: string): Variants {
  const options = { httpAgent: new Agent({ keepAlive: true }) }
  const bare = axios.create(options)
  const byHand = axios.create(options)
  byHand.interceptors.request.use(config => {
    if (new URL(axios.getUri(config)).origin !== origin) return config
    config.params = { 'api-version': version, ...config.params }
    config.headers.set('Authorization', `Bearer ${token}`)
    return config
  })
  const adapter = axios.create(options)
  adapter.interceptors.request.use(cloudPartnerInterceptor(auth))
  return {
    bare: () => bare.get(url),
    byHand: () => byHand.get(url),
    adapter: () => adapter.get(url),
  }
}

function gotVariants(auth: CloudPartnerAuth, url: string, origin: string): Variants {
  const bare = got.extend({ agent: { http: new Agent({ keepAlive: true }) } })
  const byHand = bare.extend({
    hooks: {
      beforeRequest: [
        options => {
          const target = options.url as URL // got parses it before it calls hooks
          if (target.origin !== origin) return
          target.searchParams.set('api-version', version)
          options.headers['authorization'] = `Bearer ${token}`
        },
      ],
    },
  })
  const adapter = bare.extend(gotHooks(auth))
  return {
    bare: () => bare(url).json(),
    byHand: () => byHand(url).json(),
    adapter: () => adapter(url).json(),
  }
}

function kyVariants(auth: CloudPartnerAuth, url: string, origin: string): Variants {
  const byHand = ky.extend({
    hooks: {
      beforeRequest: [
        ({ request }) => {
          const target = new URL(request.url)
          if (target.origin !== origin) return
          target.searchParams.set('api-version', version)
          const versioned = new Request(target, request)
          versioned.headers.set('authorization', `Bearer ${token}`)
          return versioned
        },
      ],
    },
  })
  const adapter = ky.extend(kyHooks(auth))
  return {
    bare: () => ky(url).json(),
    byHand: () => byHand(url).json(),
    adapter: () => adapter(url).json(),
  }
}

function fetchVariants(
  auth: CloudPartnerAuth,
  url: string,
  origin: string,
): Record<string, Variants> {
  const send = cloudPartnerFetch(auth)
  const body = JSON.stringify({ comment: 'a body'.repeat(20) })
  const post = { method: 'POST', body, headers: { 'content-type': 'application/json' } }

  const byInit = (to: string, init: RequestInit = {}) => {
    const target = new URL(to)
    if (target.origin !== origin) return fetch(to, init)
    target.searchParams.set('api-version', version)
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${token}`)
    return fetch(target, { ...init, headers })
  }
  const byRequest = (request: Request) => {
    const target = new URL(request.url)
    if (target.origin !== origin) return fetch(request)
    target.searchParams.set('api-version', version)
    const versioned = new Request(target, request)
    versioned.headers.set('authorization', `Bearer ${token}`)
    return fetch(versioned)
  }
  const read = async (response: Promise<Response>) => (await response).json()
  return {
    'fetch (url, init)': {
      bare: () => read(fetch(url, {})),
      byHand: () => read(byInit(url, {})),
      adapter: () => read(send(url, {})),
    },
    'fetch Request GET': {
      bare: () => read(fetch(new Request(url))),
      byHand: () => read(byRequest(new Request(url))),
      adapter: () => read(send(new Request(url))),
    },
    'fetch Request POST': {
      bare: () => read(fetch(new Request(url, post))),
      byHand: () => read(byRequest(new Request(url, post))),
      adapter: () => read(send(new Request(url, post))),
    },
  }
}
