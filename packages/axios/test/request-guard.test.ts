import { hasSubscribers, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { inspect } from 'node:util'
import { authFor, localhostCertificate, loopback, tokens } from '@cloud-partner-auth/contract'
import { describe, expect, it } from 'vitest'
import { axiosVersions } from './axios-versions.ts'
import { expectNoToken } from './no-token.ts'

const certificate = localhostCertificate()

interface Way {
  readonly path: string
  readonly agent?: object
  readonly options?: object
  readonly upload?: boolean
  /** The server gets nothing of it, or perhaps nothing. */
  readonly unsent?: true | 'perhaps'
  /** When the request is aborted: in a microtask after it was made, a tick or 30 ms later, or once the server has it. */
  readonly abort?: 'at once' | 'in the next tick' | 'after some time' | 'on its way'
}

const ways: Readonly<Record<string, Way>> = {
  'an answer': { path: '/ok' },
  'an answer, without keep-alive': { path: '/ok', agent: { keepAlive: false } },
  'an answer to an upload': { path: '/ok', upload: true },
  'a streamed answer': { path: '/ok', options: { responseType: 'stream' } },
  'a 404': { path: '/404' },
  'a refusal, renewed and resent': { path: '/refused-once' },
  'a redirect': { path: '/moved' },
  'a redirect to another origin': { path: '/away' },
  'too many redirects': { path: '/round', options: { maxRedirects: 3 } },
  'a reset': { path: '/reset' },
  'an answer that breaks off': { path: '/broken' },
  'an answer that is too long': { path: '/ok', options: { maxContentLength: 1 } },
  'a time-out': { path: '/slow', options: { timeout: 60 }, unsent: 'perhaps' },
  'an abort at once': { path: '/slow', abort: 'at once', unsent: true },
  'an abort in the next tick': { path: '/slow', abort: 'in the next tick', unsent: true },
  'an abort on its way': { path: '/slow', abort: 'on its way' },
  'an abort of an upload': { path: '/slow', abort: 'on its way', upload: true },
  'an abort while it waits for a socket': {
    path: '/waiting',
    abort: 'in the next tick',
    agent: { maxSockets: 1 },
  },
  'an abort while its host is looked up': {
    path: '/slow',
    abort: 'after some time',
    unsent: true,
    agent: { lookup: () => {} },
  },
  'a host that is not found': {
    path: '/ok',
    unsent: true,
    agent: {
      lookup: (_host: string, _options: object, found: (error: Error) => void) =>
        setImmediate(found, new Error('not found')),
    },
  },
}

const transports = [
  { scheme: 'http', maxRedirects: 5 },
  { scheme: 'http', maxRedirects: 0 },
  { scheme: 'https', maxRedirects: 5 },
  { scheme: 'https', maxRedirects: 0 },
] as const

// Since 1.15, axios has each socket lead to its request.
const newest = axiosVersions.at(-1)?.version
const thorough = (version: string) => ['1.5.0', '1.15.2', newest].includes(version)

describe.each(axiosVersions)('what Node makes of a request of axios $version', used => {
  const { version, axios, cloudPartnerInterceptor } = used
  describe.each(transports.slice(0, thorough(version) ? undefined : 1))(
    'over $scheme (maxRedirects: $maxRedirects)',
    transport => {
      const { scheme, maxRedirects } = transport

      it.each(Object.entries(ways))('shows no token at any moment: %s', async (_name, way) => {
        await using portal = await startServer(scheme)
        const { Agent } = scheme === 'https' ? https : http
        const agent = new Agent({ keepAlive: true, ca: certificate.cert, ...way.agent })
        const client = axios.create({
          baseURL: portal.origin,
          [`${scheme}Agent`]: agent,
          maxRedirects,
          ...way.options,
        })
        const auth = authFor(tokens(), [portal.origin])
        client.interceptors.request.use(cloudPartnerInterceptor(auth))
        if (way.path === '/waiting') {
          client.get('/slow').catch(() => {})
          await portal.arrived('/slow')
        }

        const controller = new AbortController()
        const body = new PassThrough()
        body.write('some')
        const aborting = abortion(way, controller, portal)
        const sending = client
          .request({
            url: way.path,
            signal: controller.signal,
            ...(way.upload && { method: 'post', data: body }),
          })
          .catch(error => error)
        if (way.upload && !way.abort) body.end()
        const delivered = await watched(sending, [agent, body])
        aborting.done()
        if (way.options && 'responseType' in way.options) delivered.data.resume()
        await watched(new Promise(setImmediate), [delivered, agent, body])
        expectNoToken([delivered, agent, body], { hidden: true })
        if (way.unsent !== 'perhaps')
          expect(portal.authorizations[0]).toBe(way.unsent ? undefined : 'Bearer canary-1')
        agent.destroy()
      })

      it('shows no token in the error of another request, even of one to another server', async () => {
        await using portal = await startServer(scheme)
        await using other = await loopback((_request, response) => response.writeHead(500).end())
        const agent = new https.Agent({ keepAlive: true, ca: certificate.cert })
        const client = axios.create({ baseURL: portal.origin, httpsAgent: agent, maxRedirects })
        const auth = authFor(tokens(), [portal.origin])
        client.interceptors.request.use(cloudPartnerInterceptor(auth))
        const controller = new AbortController()
        const slow = client.get('/slow', { signal: controller.signal }).catch(error => error)
        await portal.arrived('/slow')
        const covered = await client.get('/404').catch(error => error)
        const uncovered = await client.get(`${other.origin}/500`).catch(error => error)
        expect([covered.response?.status, uncovered.response.status]).toEqual([404, 500])
        const owner = scheme === 'https' ? agent : http.globalAgent // Node's own leads to it as well
        for (const leading of [covered, uncovered, covered.toJSON(), uncovered.toJSON(), owner])
          expectNoToken(leading, { hidden: true })
        controller.abort()
        await slow
        agent.destroy()
      })
    },
  )
})

describe.each(axiosVersions)('the guard in axios $version', used => {
  const { axios, cloudPartnerInterceptor } = used

  it('leaves alone what carries no token, and is gone when nothing is on its way', async () => {
    await using portal = await loopback()
    await using other = await loopback()
    const agent = new http.Agent({ keepAlive: true })
    const client = axios.create({ httpAgent: agent })
    const auth = authFor(tokens(), [portal])
    client.interceptors.request.use(cloudPartnerInterceptor(auth))
    const [covered, uncovered] = await Promise.all([
      client.get(`${portal.origin}/a`),
      client.get(`${other.origin}/a`),
    ])
    expect(inspect(covered.request)).toBe('[redacted]')
    expect(inspect(uncovered.request)).toContain('ClientRequest {')
    expect(covered.request.getHeader('authorization')).toBe('Bearer canary-1')
    const sockets = Object.values(agent.freeSockets).flat()
    expect(sockets.map(socket => inspect(socket))).toEqual(
      sockets.map(() => expect.stringContaining('Socket {')),
    )
    expect(sockets).toHaveLength(2)
    await new Promise(setImmediate)
    expect(hasSubscribers('http.client.request.created')).toBe(false)
    agent.destroy()
  })
})

/** Resolves with what `promise` does. Until then, looks at `objects`: between all of Node's first steps, then seldom. */
async function watched<Result>(promise: Promise<Result>, objects: object): Promise<Result> {
  let settled = false
  const over = promise.finally(() => {
    settled = true
  })
  for (let turn = 0; !settled; turn++) {
    expectNoToken(objects)
    const next = turn > 20 ? tick : turn % 4 ? process.nextTick : setImmediate
    await new Promise<void>(resolve => void next(resolve))
  }
  return over
}

const tick = (resolve: () => void) => setTimeout(resolve, 25)

function abortion({ abort, path }: Way, controller: AbortController, portal: Server) {
  const channel = 'http.client.request.created'
  const soon =
    abort === 'at once' ? queueMicrotask : abort === 'in the next tick' ? process.nextTick : tick
  const created = () => soon(() => controller.abort())
  if (abort === 'on its way') portal.arrived(path).then(() => controller.abort())
  else if (abort) subscribe(channel, created)
  return { done: () => unsubscribe(channel, created) }
}

type Server = Awaited<ReturnType<typeof startServer>>

async function startServer(scheme: 'http' | 'https') {
  const arrivals = new EventTarget()
  const authorizations: (string | undefined)[] = []
  const seen = new Set<string>()
  const listener: http.RequestListener = async (request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    seen.add(path)
    authorizations.push(request.headers.authorization)
    arrivals.dispatchEvent(new Event(path))
    const moved = { '/moved': '/ok', '/round': '/round', '/away': `http://localhost:1/` }[path]
    if (path === '/slow') return
    for await (const _chunk of request);
    if (moved) response.writeHead(302, { location: moved }).end()
    else if (path === '/404') response.writeHead(404).end()
    else if (path === '/reset') request.socket.destroy()
    else if (path === '/broken') {
      response.writeHead(200, { 'content-length': 100 }).write('part')
      setImmediate(() => request.socket.destroy())
    } else if (path === '/refused-once')
      response.writeHead(request.headers.authorization === 'Bearer canary-2' ? 200 : 401).end()
    else response.end('text')
  }
  const server =
    scheme === 'https' ? https.createServer(certificate, listener) : http.createServer(listener)
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `${scheme}://localhost:${port}`,
    authorizations,
    async arrived(path: string) {
      if (!seen.has(path)) await once(arrivals, path)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
