import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { cloudPartnerInterceptor, isCloudPartnerAuthError } from '../src/index.ts'
import { startPortal, token } from './portal.ts'
import { undiciMajors } from './undici-majors.ts'

describe.each(undiciMajors)('with undici $major', ({ major, undici }) => {
  const { Agent, Pool, request, fetch } = undici

  it('needs one connection only: for the refused answer, and for what is sent instead', async () => {
    await using portal = await startPortal()
    const dispatcher = new Agent({ connections: 1 }).compose(cloudPartnerInterceptor(portal.auth()))
    const { body } = await request(`${portal.origin}/api`, { dispatcher })
    expect(await body.text()).toBe('ok')
    expect(portal.connections).toBe(1)
  })

  it.each([
    ['a long 401', 'x'.repeat(300_000)],
    ['a 401 that never ends', undefined],
  ])('gives up %s for a new connection', async (_, text) => {
    await using portal = await startPortal()
    portal.refuse(response => {
      response.writeHead(401).write('begun')
      if (text) response.end(text)
    })
    const dispatcher = new Agent({ connections: 1 }).compose(cloudPartnerInterceptor(portal.auth()))
    const { body } = await request(`${portal.origin}/api`, { dispatcher })
    expect(await body.text()).toBe('ok')
    expect(portal.connections).toBe(2)
  })

  it('delivers a long 401 whole that is not sent again', async () => {
    await using portal = await startPortal()
    const text = 'long '.repeat(100_000)
    portal.refuse(response => response.writeHead(401).end(text))
    const interceptor = cloudPartnerInterceptor(portal.auth({ resend: false }))
    const dispatcher = new Agent({ connections: 1 }).compose(interceptor)
    const { statusCode, body } = await request(`${portal.origin}/api`, { dispatcher })
    expect(statusCode).toBe(401)
    expect(await body.text()).toBe(text)
  })

  it('gets the token through its own only connection, whatever waits there', async () => {
    await using portal = await startPortal()
    let asked = 0
    const acquire = async () => {
      if (asked++ === 0) return token('stale')
      await request(`${portal.origin}/token`, { dispatcher: own }).then(({ body }) => body.dump())
      return token('good')
    }
    const own = new Agent({ connections: 1 })
    const auth = portal.auth({ credential: { acquire } })
    const dispatcher = own.compose(cloudPartnerInterceptor(auth))
    const { body } = await request(`${portal.origin}/api`, { dispatcher })
    expect(await body.text()).toBe('ok')
    expect(portal.connections).toBe(1)
  })

  it("adds the version to undici's own query, and leaves one that is there", async () => {
    await using portal = await startPortal()
    const dispatcher = new Agent().compose(cloudPartnerInterceptor(portal.auth()))
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
    await using portal = await startPortal()
    const dispatcher = new Agent().compose(cloudPartnerInterceptor(portal.auth()))
    const { body } = await request(`${portal.origin}/api`, {
      dispatcher,
      headers: headers as never,
    })
    expect(await body.text()).toBe('ok')
    for (const { headers } of portal.received)
      expect(headers).toMatchObject({ 'x-a': '1', 'x-b': '2, 3' })
    expect(headers).not.toHaveProperty('authorization')
  })

  it('works on a Pool, which tells no origin before undici 8', async () => {
    await using portal = await startPortal()
    const { origin } = portal
    const told = cloudPartnerInterceptor(portal.auth(), { origin })
    const options = { path: '/api', method: 'GET' } as const
    const { body } = await new Pool(origin).compose(told).request(options)
    expect(await body.text()).toBe('ok')
    const untold = new Pool(origin).compose(cloudPartnerInterceptor(portal.auth())).request(options)
    if (major === 8) expect(await (await untold).body.text()).toBe('ok')
    else await expect(untold).rejects.toThrow(TypeError)
  })

  it('shows no token to a proxy that is asked for a covered URL', async () => {
    await using portal = await startPortal()
    await using proxy = await startPortal()
    const dispatcher = new Agent().compose(cloudPartnerInterceptor(portal.auth()))
    const path = `${portal.origin}/api`
    const { body } = await dispatcher.request({ origin: proxy.origin, path, method: 'GET' })
    await body.dump()
    expect(proxy.received[0]?.headers.authorization).toBeUndefined()
  })

  it('is ended by an EventEmitter too', async () => {
    await using portal = await startPortal()
    const signal = new EventEmitter()
    const acquire = async () => {
      signal.emit('abort')
      return token('good')
    }
    const interceptor = cloudPartnerInterceptor(portal.auth({ credential: { acquire } }))
    const dispatcher = new Agent().compose(interceptor)
    const sent = request(`${portal.origin}/api`, { dispatcher, signal })
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
    expect(portal.received).toEqual([])
  })

  describe('under fetch', () => {
    it('sends a GET again, and a body only once', async () => {
      await using portal = await startPortal()
      const dispatcher = new Agent().compose(cloudPartnerInterceptor(portal.auth()))
      expect((await fetch(`${portal.origin}/api`, { dispatcher })).status).toBe(200)
      const other = new Agent().compose(cloudPartnerInterceptor(portal.auth()))
      const post = { method: 'POST', body: 'text', dispatcher: other }
      expect((await fetch(`${portal.origin}/api`, post)).status).toBe(401)
    })

    it('shows the token to no uncovered hop', async () => {
      await using portal = await startPortal()
      await using foreign = await startPortal()
      portal.redirectTo(`${foreign.origin}/landed`)
      const dispatcher = new Agent().compose(cloudPartnerInterceptor(portal.auth()))
      await fetch(`${portal.origin}/moved`, { dispatcher })
      expect(portal.received[0]?.headers.authorization).toMatch(/^Bearer /)
      expect(foreign.received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
        ['/landed', undefined],
      ])
    })

    it('sends nothing that was aborted while it waited for the token', async () => {
      await using portal = await startPortal()
      const controller = new AbortController()
      const acquire = async () => {
        controller.abort()
        return token('good')
      }
      const interceptor = cloudPartnerInterceptor(portal.auth({ credential: { acquire } }))
      const dispatcher = new Agent().compose(interceptor)
      const { signal } = controller
      const sent = fetch(`${portal.origin}/api`, { dispatcher, signal })
      await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
      await dispatcher.close()
      expect(portal.received).toEqual([])
    })

    it('fails with the typed error as its cause where no token can be had', async () => {
      await using portal = await startPortal()
      const acquire = async () => token('')
      const interceptor = cloudPartnerInterceptor(portal.auth({ credential: { acquire } }))
      const dispatcher = new Agent().compose(interceptor)
      const thrown = await fetch(`${portal.origin}/api`, { dispatcher }).catch(error => error)
      expect(thrown).toMatchObject({ name: 'TypeError', message: 'fetch failed' })
      expect(isCloudPartnerAuthError(thrown.cause)).toBe(true)
      expect(portal.received).toEqual([])
    })
  })
})
