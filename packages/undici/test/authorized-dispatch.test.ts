import { EventEmitter } from 'node:events'
import { type Loopback, loopback, type Portal, startPortal } from '@cloud-partner-auth/contract'
import { accessToken, cloudPartnerPortal } from '@cloud-partner-auth/core'
import type { Dispatcher } from 'undici'
import { describe, expect, it } from 'vitest'
import { isCloudPartnerAuthError } from '../src/index.ts'
import { undiciMajors } from './undici-majors.ts'
import { agent, ways } from './ways.ts'

const cases = undiciMajors.flatMap(undiciMajor =>
  ways.map(way => ({ ...undiciMajor, undiciMajor, way })),
)

describe.each(cases)('with the $way of undici $major', ({ major, undici, undiciMajor, way }) => {
  const { request, fetch } = undici
  const dispatcherFor = (portal: Portal, options?: Parameters<Portal['auth']>[0]) =>
    agent(undiciMajor, way, portal.auth(options))

  describe('of a refused answer', () => {
    it('keeps the connection for the next attempt', async () => {
      await using portal = await refusingPortal()
      const { body } = await request(`${portal.origin}/api`, { dispatcher: dispatcherFor(portal) })
      expect(await body.text()).toBe('ok')
      expect(portal.received).toHaveLength(2)
      expect(portal.connections()).toBe(1)
    })

    it('sends a HEAD again, for which undici closes each connection', async () => {
      await using portal = await refusingPortal()
      const options = { dispatcher: dispatcherFor(portal), method: 'HEAD' } as const
      const { statusCode, body } = await request(`${portal.origin}/api`, options)
      expect(statusCode).toBe(200)
      expect(await body.text()).toBe('')
      expect(portal.received).toHaveLength(2)
    })

    it.each([
      ['that is long', 'x'.repeat(300_000)],
      ['that never ends', undefined],
    ])('gives the connection up for one %s', async (_, text) => {
      await using portal = await refusingPortal()
      portal.answer(({ headers }, response) => {
        if (headers.authorization !== 'Bearer token-1') return false
        response.writeHead(401).write('begun')
        return text && response.end(text)
      })
      const { body } = await request(`${portal.origin}/api`, { dispatcher: dispatcherFor(portal) })
      expect(await body.text()).toBe('ok')
      expect(portal.connections()).toBe(2)
    })

    it('delivers a long one whole that is not sent again', async () => {
      await using portal = await startPortal()
      const text = 'long '.repeat(100_000)
      portal.answer((_, response) => response.writeHead(401).end(text))
      const dispatcher = dispatcherFor(portal, { resend: false })
      const { statusCode, body } = await request(`${portal.origin}/api`, { dispatcher })
      expect(statusCode).toBe(401)
      expect(await body.text()).toBe(text)
    })
  })

  it('gets the token through its own only connection, whatever waits there', async () => {
    await using portal = await refusingPortal()
    const own: { dispatcher?: Dispatcher } = {}
    let asked = 0
    const acquire = async () => {
      if (asked++ === 0) return token(1)
      await request(`${portal.origin}/token`, {
        dispatcher: own.dispatcher as Dispatcher,
        headers: { authorization: 'Basic of-the-client' },
      }).then(({ body }) => body.dump())
      return token(2)
    }
    own.dispatcher = dispatcherFor(portal, { credential: { acquire } })
    const { body } = await request(`${portal.origin}/api`, own as { dispatcher: Dispatcher })
    expect(await body.text()).toBe('ok')
    expect(portal.received.map(({ url }) => url.split('?')[0])).toEqual(['/api', '/token', '/api'])
    expect(portal.connections()).toBe(1)
  })

  it("adds the version to undici's own query, and leaves one that is there", async () => {
    await using portal = await startPortal()
    const dispatcher = dispatcherFor(portal)
    const send = async (query: Record<string, string>) => {
      const { body } = await request(`${portal.origin}/api/offers`, { dispatcher, query })
      await body.dump()
      return portal.received.at(-1)?.url
    }
    expect(await send({ $a: 'b c' })).toBe('/api/offers?%24a=b%20c&api-version=2017-10-31')
    expect(await send({ 'API-Version': '1' })).toBe('/api/offers?API-Version=1')
  })

  it.each([
    ['an object', { 'X-A': '1', 'X-B': ['2', '3'] }],
    ['names and values in turn', ['X-A', '1', 'X-B', '2', 'X-B', '3']],
    ['a Headers', new Headers({ 'X-A': '1', 'X-B': '2, 3' })],
    ['an iterable', new Map([['X-A', '1'], ['X-B', '2, 3']])], // biome-ignore format: one line reads better
  ])('takes headers as %s', async (_, headers) => {
    await using portal = await refusingPortal()
    const dispatcher = dispatcherFor(portal)
    const { body } = await request(`${portal.origin}/api`, {
      dispatcher,
      headers: headers as never,
    })
    expect(await body.text()).toBe('ok')
    expect(portal.received).toHaveLength(2)
    for (const { headers } of portal.received)
      expect(headers).toMatchObject({ 'x-a': '1', 'x-b': '2, 3' })
    expect(headers).not.toHaveProperty('authorization')
  })

  it('is ended by an EventEmitter too', async () => {
    await using portal = await startPortal()
    const signal = new EventEmitter()
    const acquire = async () => {
      signal.emit('abort')
      return token(1)
    }
    const dispatcher = dispatcherFor(portal, { credential: { acquire } })
    const sent = request(`${portal.origin}/api`, { dispatcher, signal })
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
    expect(portal.received).toEqual([])
  })

  it('tells what happened, and of an answer of undici 8 explains it', async () => {
    await using portal = await startPortal()
    await using other = await loopback((_, response) => response.writeHead(404).end())
    const auth = portal.auth()
    const dispatcher = agent(undiciMajor, way, auth)
    portal.answer((_, response) => response.writeHead(401).end())
    const [refused, foreign] = [portal, other].map(({ origin }) =>
      dispatcher.request({ origin, path: '/api?secret', method: 'GET' }),
    )
    const words = await Promise.all(
      [refused, foreign].map(async sent => String(auth.explain(await sent))),
    )
    const known = major === 8 ? [/sent again with a renewed token/, /is not covered/] : [/./, /./]
    expect(words).toEqual(known.map(words => expect.stringMatching(words)))
    expect(portal.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['request_resent', 'request_not_authorized']),
    )
  })

  it('upgrades with a token', async () => {
    await using portal = await startPortal()
    const dispatcher = dispatcherFor(portal)
    const { origin } = portal
    const sent = dispatcher.upgrade({ origin, path: '/api', protocol: 'websocket' } as never)
    await expect(sent).rejects.toThrow() // the server upgrades nothing
    expect(portal.authorizations()).toEqual(['Bearer token-1'])
  })

  describe('of where a request really goes', () => {
    it('shows no token to a proxy that is asked for a covered URL', async () => {
      await using portal = await startPortal()
      await using proxy = await loopback()
      const path = `${portal.origin}/api`
      const { body } = await sentAs(portal, proxy, { path })
      await body.dump()
      expect(proxy.received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
        [path, undefined],
      ])
    })

    it('shows no token to a server that is named as a covered one', async () => {
      await using portal = await startPortal()
      await using foreign = await loopback()
      const { host } = new URL(portal.origin)
      const { body } = await sentAs(portal, foreign, { headers: { Host: host } })
      await body.dump()
      expect(foreign.authorizations()).toEqual([undefined])
    })

    it.each([
      ['a path that is a URL', { path: 'http://127.0.0.1:9/api' }, /begin with a slash/],
      ['a CONNECT', { path: '127.0.0.1:9', method: 'CONNECT' }, /begin with a slash/],
      ['a Host header', { headers: { host: 'example.com' } }, /Host header/],
      ['a Host header among names and values', { headers: ['HOST', 'example.com'] }, /Host header/],
      ['a Host header of another port', { headers: { Host: '127.0.0.1:9' } }, /Host header/],
      ['a servername', { servername: 'example.com' }, /servername/],
    ])('refuses %s that names another server', async (_, options, message) => {
      await using portal = await startPortal()
      const sent = sentAs(portal, portal, options)
      await expect(sent).rejects.toThrow(message)
      await expect(sent).rejects.toBeInstanceOf(TypeError)
      expect(portal.received).toEqual([])
    })

    it('takes a Host header and a servername that name the same server', async () => {
      await using portal = await startPortal()
      const { host, hostname } = new URL(portal.origin)
      const options = { headers: { host }, servername: hostname }
      expect((await sentAs(portal, portal, options)).statusCode).toBe(200)
    })

    it('sends what was judged, though the caller changes it while a token is waited for', async () => {
      await using portal = await startPortal()
      await using foreign = await loopback()
      const origin = new URL(portal.origin)
      const query = { a: 'b' }
      const request = { origin, path: '/api', query, method: 'GET' as const }
      const acquire = async () => {
        origin.port = String(foreign.port)
        Object.assign(query, { a: 'c' })
        Object.assign(request, { origin: foreign.origin, path: '/other' })
        return token(1)
      }
      const dispatcher = dispatcherFor(portal, { credential: { acquire } })
      const sent = new Promise((resolve, reject) =>
        dispatcher.dispatch(request, responseHandler(major, resolve, reject)),
      )
      expect(await sent).toBe(200)
      expect(portal.received.map(({ url }) => url)).toEqual(['/api?a=b&api-version=2017-10-31'])
      expect(foreign.received).toEqual([])
    })

    it('judges what it read, whatever an object says the next time', async () => {
      await using portal = await startPortal()
      await using foreign = await loopback()
      for (const firsts of [1, 2, 3, 4]) {
        let reads = 0
        const request = {
          get origin() {
            return ++reads > firsts ? foreign.origin : portal.origin
          },
          path: '/api',
          method: 'GET',
        }
        await new Promise(resolve =>
          dispatcherFor(portal).dispatch(
            request as never,
            responseHandler(major, resolve, resolve),
          ),
        )
      }
      expect(foreign.authorizations().filter(Boolean)).toEqual([])
    })

    it('gives no token to a URL with a user name', async () => {
      await using portal = await startPortal()
      for (const origin of [new URL(portal.origin), portal.origin]) {
        const named = String(origin).replace('//', '//user:pass@')
        const asGiven = typeof origin === 'string' ? named : new URL(named)
        const { body } = await sentAs(portal, portal, { origin: asGiven })
        await body.dump()
      }
      expect(portal.authorizations()).toEqual([undefined, undefined])
    })

    it.each(['/a/../b', '/a/./b', '/a/%2e%2e/b', '/%2F..//b', '//example.com/b', '/\\b'])(
      'sends %s as it is, to the covered server',
      async path => {
        await using portal = await startPortal()
        expect((await sentAs(portal, portal, { path })).statusCode).toBe(200)
        expect(portal.received[0]?.url).toBe(`${path}?api-version=2017-10-31`)
      },
    )

    it.each([
      ['/api', 'Bearer token-1'],
      ['/API/x', 'Bearer token-1'],
      ['/api/../other', undefined],
      ['/other/../api', undefined],
      ['/api/./x', undefined],
      ['/api/x/..', undefined],
      ['/api/%2e%2E/other', undefined],
      ['/api/..?x=1', undefined],
      ['/api\\..\\other', undefined],
      ['/api#/../other', undefined],
      ['/apis', undefined],
    ])('sends %s as it is, for an API below /api with %s', async (path, authorization) => {
      await using portal = await startPortal()
      const { name, audience } = cloudPartnerPortal
      const apis = [{ name, audience, origins: [portal.origin], paths: ['/api'] }]
      const origin = { origin: portal.origin, path, method: 'GET' } as const
      await (await dispatcherFor(portal, { apis }).request(origin)).body.dump()
      expect(portal.received.map(({ url }) => url)).toEqual([path])
      expect(portal.authorizations()).toEqual([authorization])
    })

    function sentAs(portal: Portal, { origin }: Loopback, options: object) {
      const request = { origin, path: '/api', method: 'GET' as const, ...options }
      return new Promise<Dispatcher.ResponseData>((resolve, reject) => {
        if (request.method === ('CONNECT' as never))
          dispatcherFor(portal)
            .connect(request as never)
            .then(resolve as never, reject)
        else dispatcherFor(portal).request(request).then(resolve, reject)
      })
    }
  })

  describe('under fetch', () => {
    it('sends a GET again, and a body only once', async () => {
      await using portal = await refusingPortal()
      const url = `${portal.origin}/api`
      expect((await fetch(url, { dispatcher: dispatcherFor(portal) })).status).toBe(200)
      const post = { method: 'POST', body: 'text', dispatcher: dispatcherFor(portal) }
      expect((await fetch(url, post)).status).toBe(401)
    })

    it('shows the token to no uncovered hop', async () => {
      await using portal = await startPortal()
      await using foreign = await loopback()
      const location = `${foreign.origin}/landed`
      portal.answer((_, response) => response.writeHead(307, { location }).end())
      await fetch(`${portal.origin}/moved`, { dispatcher: dispatcherFor(portal) })
      expect(portal.authorizations()).toEqual(['Bearer token-1'])
      expect(foreign.received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
        ['/landed', undefined],
      ])
    })

    it('sends nothing that was aborted while it waited for the token', async () => {
      await using portal = await startPortal()
      const controller = new AbortController()
      const acquire = async () => {
        controller.abort()
        return token(1)
      }
      const dispatcher = dispatcherFor(portal, { credential: { acquire } })
      const { signal } = controller
      const sent = fetch(`${portal.origin}/api`, { dispatcher, signal })
      await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
      await dispatcher.close()
      expect(portal.received).toEqual([])
    })

    it('fails with the typed error as its cause where no token can be had', async () => {
      await using portal = await startPortal()
      const acquire = async () => accessToken({ value: '', expiresAt: Date.now() + 60_000 })
      const dispatcher = dispatcherFor(portal, { credential: { acquire } })
      const thrown = await fetch(`${portal.origin}/api`, { dispatcher }).catch(error => error)
      expect(thrown).toMatchObject({ name: 'TypeError', message: 'fetch failed' })
      expect(isCloudPartnerAuthError(thrown.cause)).toBe(true)
      expect(portal.received).toEqual([])
    })
  })
})

/** Tells the status of the answer, or the error. */
function responseHandler(
  major: number,
  answered: (status: number) => void,
  failed: (error: unknown) => void,
): Dispatcher.DispatchHandler {
  const legacy = {
    onConnect() {},
    onHeaders: (status: number) => {
      answered(status)
      return true
    },
    onData: () => true,
    onComplete() {},
    onError: failed,
  }
  const modern: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart: (_, status) => answered(status),
    onResponseData() {},
    onResponseEnd() {},
    onResponseError: (_, error) => failed(error),
  }
  return major === 6 ? (legacy as object) : modern
}

/** A portal that refuses the first token of each auth. */
async function refusingPortal(): Promise<Portal> {
  const portal = await startPortal()
  portal.refuseFirst()
  return portal
}

function token(number: number) {
  return accessToken({ value: `token-${number}`, expiresAt: Date.now() + 3_600_000 })
}
