import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Portal, startPortal } from '@cloud-partner-auth/contract'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { cloudPartnerFetch } from '../src/index.ts'

const versioned = '/api/x?api-version=2017-10-31'

let portal: Portal
beforeEach(async () => {
  portal = await startPortal()
})
afterEach(() => portal[Symbol.asyncDispose]())

describe('what is sent', () => {
  it('has the type of fetch', () => {
    expectTypeOf(cloudPartnerFetch).returns.toEqualTypeOf<typeof globalThis.fetch>()
    expectTypeOf(cloudPartnerFetch).parameter(1).toExtend<{ fetch?: unknown } | undefined>()
    // What takes a fetch takes ours, and ours takes what has been one.
    cloudPartnerFetch(portal.auth(), { fetch: cloudPartnerFetch(portal.auth()) })
  })

  it.each(['interceptors', 'paginate'])('is sent by no client, as one with %s', member => {
    const client = Object.assign(async () => new Response(), { [member]: {} })
    const make = () => cloudPartnerFetch(portal.auth(), { fetch: client })
    expect(make).toThrow('takes a fetch, and not a client of axios or got')
  })

  it('keeps the headers of an init in each of their three forms, and leaves them as they were', async () => {
    const send = cloudPartnerFetch(portal.auth())
    for (const headers of [
      { 'X-One': '1' },
      [['X-One', '1']] as [string, string][],
      new Headers({ 'X-One': '1' }),
    ]) {
      await send(`${portal.origin}/api/x`, { headers })
      expect(portal.received.at(-1)).toMatchObject({
        url: versioned,
        headers: { 'x-one': '1', authorization: 'Bearer token-1' },
      })
      expect([...new Headers(headers)]).toEqual([['x-one', '1']])
    }
  })

  it('passes on fields of an init that only some fetch knows', async () => {
    const seen: unknown[] = []
    const send = cloudPartnerFetch(portal.auth(), {
      fetch: (input, init) => {
        seen.push(init)
        return fetch(input, init)
      },
    })
    // The dispatcher that Node's fetch uses anyway, since only Node's own copy of undici makes fitting ones.
    const dispatcher = Reflect.get(globalThis, Symbol.for('undici.globalDispatcher.1'))
    expect(dispatcher).toBeInstanceOf(Object)
    const init = Object.freeze({ dispatcher, next: { revalidate: 1 }, duplex: 'half' })
    await send(`${portal.origin}/api/x`, init as never)
    await send(new Request(`${portal.origin}/api/x`), init as never)
    expect(seen).toHaveLength(2)
    for (const each of seen as (typeof init)[]) {
      expect(each.dispatcher).toBe(dispatcher)
      expect(each.next).toBe(init.next)
    }
    expect(portal.received.map(({ headers }) => headers.authorization)).toEqual(
      Array(2).fill('Bearer token-1'),
    )
  })

  it('asks for the global fetch at each call, as who replaces it expects', async () => {
    const send = cloudPartnerFetch(portal.auth())
    const replaced = vi.fn(async () => new Response('replaced'))
    vi.stubGlobal('fetch', replaced)
    try {
      expect(await (await send(`${portal.origin}/api/x`)).text()).toBe('replaced')
    } finally {
      vi.unstubAllGlobals()
    }
    expect(await (await send(`${portal.origin}/api/x`)).text()).toBe('ok')
    expect(replaced).toHaveBeenCalledOnce()
  })

  it('goes where the URL led when it was called, wherever it leads by the time there is a token', async () => {
    await using elsewhere = await startPortal()
    const send = cloudPartnerFetch(portal.auth())
    const url = new URL(portal.origin + versioned)
    const sending = send(url)
    url.port = new URL(elsewhere.origin).port
    expect((await sending).status).toBe(200)
    expect(elsewhere.received).toEqual([])
  })

  it('gives an uncovered call to fetch exactly as it came', async () => {
    const inner = vi.fn(async () => new Response())
    const send = cloudPartnerFetch(portal.auth(), { fetch: inner })
    const calls: Parameters<typeof fetch>[] = [
      ['https://elsewhere.example/x', { headers: { a: '1' } }],
      [new URL('https://elsewhere.example/x'), { method: 'POST', body: 'text' }],
      [new Request('https://elsewhere.example/x'), {}],
      ['/relative', {}],
      ['http://[malformed', {}],
    ]
    for (const call of calls) await send(...call)
    expect(inner.mock.calls).toHaveLength(calls.length)
    for (const [index, call] of calls.entries()) {
      const [input, init] = inner.mock.calls[index] as unknown as typeof call
      expect(input).toBe(call[0])
      expect(init).toBe(call[1])
    }
  })

  it("rejects with fetch's own error what fetch cannot send", async () => {
    const send = cloudPartnerFetch(portal.auth())
    const url = `${portal.origin}/api/x`
    const used = new Request(url, { method: 'POST', body: 'x' })
    await used.text()
    const calls: Parameters<typeof fetch>[] = [
      ['/relative'],
      ['http://[malformed'],
      [url, { method: 'GET', body: 'x' }],
      [url, { method: 'not a method' }],
      [url, { headers: { 'not a header': '1' } }],
      [`${url}?api-version=1`, { redirect: 'never' as never }],
      [new Request(`${url}?api-version=1`), { method: 'not a method' }],
    ]
    for (const call of calls) {
      const ours = await send(...call).catch(error => error)
      const bare = await fetch(...call).catch(error => error)
      expect(ours).toBeInstanceOf(TypeError)
      expect(ours.message).toBe(bare.message)
    }
    await expect(send(used)).rejects.toThrow(TypeError)
    expect(portal.received).toEqual([])
  })

  it('takes a Request where fetch takes an init', async () => {
    const send = cloudPartnerFetch(portal.auth())
    const like = new Request('https://elsewhere.example/', {
      method: 'PUT',
      body: 'text',
      headers: { 'x-one': '1' },
    })
    await send(`${portal.origin}/api/x`, like)
    expect(portal.received).toMatchObject([
      {
        method: 'PUT',
        url: versioned,
        headers: { 'x-one': '1', authorization: 'Bearer token-1' },
        body: 'text',
      },
    ])
  })

  it("leaves the caller's Authorization alone, of an init as of a Request", async () => {
    const send = cloudPartnerFetch(portal.auth())
    const url = `${portal.origin}/api/x`
    const own = { headers: { AUTHORIZATION: 'Basic own' } }
    await send(url, own)
    await send(new Request(url, own))
    await send(new Request(url), own)
    await send(new Request(url, own), { headers: {} }) // an init's headers replace those of a Request
    expect(portal.received.map(({ headers }) => headers.authorization)).toEqual([
      'Basic own',
      'Basic own',
      'Basic own',
      'Bearer token-1',
    ])
  })
})

describe('a Request', () => {
  it.each<[string, string, RequestInit?]>([
    ['moved to the URL with the version', '/api/x'],
    ['moved, with a body of an init', '/api/x', { body: 'text' }],
    ['whose URL stays', versioned],
    ['whose URL stays, with a body of an init', versioned, { body: 'text' }],
  ])('%s keeps each of its fields', async (_, path, given) => {
    const inner = vi.fn(async (_input: unknown, _init?: RequestInit) => new Response())
    const send = cloudPartnerFetch(portal.auth(), { fetch: inner as never })
    const fields = {
      method: 'PATCH',
      redirect: 'manual',
      credentials: 'include',
      cache: 'no-store',
      mode: 'same-origin',
      referrer: `${portal.origin}/from`,
      referrerPolicy: 'origin',
      integrity: 'sha256-AA==',
      keepalive: true,
    } as const
    const abort = new AbortController()
    const request = new Request(portal.origin + path, {
      ...fields,
      headers: { 'x-one': '1' },
      signal: abort.signal,
      ...(given && { body: 'replaced' }),
    })
    await send(request, given)
    const [sent, init] = inner.mock.calls[0] as [Request, RequestInit]
    // As fetch does it: a Request, changed by an init.
    const arrived = new Request(sent, init)
    expect(arrived).toMatchObject({ ...fields, url: portal.origin + versioned, duplex: 'half' })
    expect(Object.fromEntries(arrived.headers)).toEqual({
      ...(given && { 'content-type': 'text/plain;charset=UTF-8' }),
      'x-one': '1',
      authorization: 'Bearer token-1',
    })
    expect(request.headers.has('authorization')).toBe(false)
    abort.abort()
    expect(arrived.signal.aborted).toBe(true)
    expect(await arrived.text()).toBe(given?.body ?? '')
  })

  it.each(['about:client', ''])('keeps %j as its referrer', async referrer => {
    const inner = vi.fn(async (_input: unknown, _init?: RequestInit) => new Response())
    const send = cloudPartnerFetch(portal.auth(), { fetch: inner as never })
    for (const path of ['/api/x', versioned]) {
      await send(new Request(portal.origin + path, { referrer }))
      const [sent, init] = inner.mock.lastCall as [Request, RequestInit]
      expect([sent.referrer, new Request(sent, init).referrer]).toEqual([referrer, referrer])
    }
  })

  it('carries its token itself, for a fetch that looks at nothing else', async () => {
    const send = cloudPartnerFetch(portal.auth(), { fetch: request => fetch(request) })
    const response = await send(new Request(`${portal.origin}/api/x`, { headers: { a: '1' } }))
    expect(response.status).toBe(200)
    expect(portal.received).toMatchObject([{ url: versioned, headers: { a: '1' } }])
  })

  it('stays a Request for who replaces the global fetch', async () => {
    const send = cloudPartnerFetch(portal.auth())
    const replaced = vi.fn(async (_request: Request) => new Response())
    vi.stubGlobal('fetch', replaced)
    try {
      for (const path of ['/api/x', versioned]) {
        await send(new Request(portal.origin + path))
        const sent = replaced.mock.lastCall?.[0]
        expect(sent).toBeInstanceOf(Request)
        expect(sent?.url).toBe(portal.origin + versioned)
        expect(sent?.headers.get('authorization')).toBe('Bearer token-1')
      }
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it('stays of its class, and is never given a body of null, which to Bun is an empty one', async () => {
    const inits: (RequestInit | undefined)[] = []
    class Theirs extends Request {
      constructor(input: string | Request, init?: RequestInit) {
        super(input, init)
        inits.push(init)
      }
    }
    const send = cloudPartnerFetch(portal.auth(), {
      fetch: request => {
        expect(request).toBeInstanceOf(Theirs)
        return fetch(request)
      },
    })
    for (const path of ['/api/x', versioned]) {
      await send(new Theirs(portal.origin + path, { method: 'POST', body: 'text' }))
    }
    expect(portal.received.map(({ body }) => body)).toEqual(['text', 'text'])
    expect(inits.length).toBeGreaterThan(2)
    expect(inits.every(init => init?.body !== null)).toBe(true)
  })

  it('yields to an init, as with fetch', async () => {
    const send = cloudPartnerFetch(portal.auth())
    const aborted = AbortSignal.abort(new Error('of the Request'))
    const request = new Request(`${portal.origin}/api/x`, {
      method: 'POST',
      body: 'of the Request',
      headers: { 'x-one': 'of the Request' },
      signal: aborted,
    })
    const response = await send(request, {
      method: 'PUT',
      body: 'of the init',
      headers: { 'x-two': 'of the init' },
      signal: null,
    })
    expect(response.status).toBe(200)
    const [{ method, headers, body } = expect.fail()] = portal.received
    expect([method, headers['x-one'], headers['x-two'], body]).toEqual([
      'PUT',
      undefined,
      'of the init',
      'of the init',
    ])
  })

  it('keeps its Content-Length where its URL has a version, and is used up', async () => {
    const send = cloudPartnerFetch(portal.auth())
    const request = new Request(portal.origin + versioned, { method: 'POST', body: 'text' })
    await send(request)
    expect(portal.received[0]?.headers).toMatchObject({ 'content-length': '4' })
    expect(request.bodyUsed).toBe(true)
    await expect(send(request)).rejects.toThrow(TypeError)
  })

  it('sends its body whole where its URL lacks a version', async () => {
    const send = cloudPartnerFetch(portal.auth())
    const request = new Request(`${portal.origin}/api/x`, {
      method: 'POST',
      body: 'text',
      keepalive: true, // which fetch has for no stream
    })
    await send(request)
    expect(portal.received[0]).toMatchObject({ url: versioned, body: 'text' })
    expect(portal.received[0]?.headers['content-length']).toBeUndefined() // it is a stream
    expect(request.bodyUsed).toBe(true)
  })

  it('loses no body where the runtime shows none, as Firefox', async () => {
    portal.refuseFirst()
    const send = cloudPartnerFetch(portal.auth())
    const request = new Request(`${portal.origin}/api/x`, { method: 'POST', body: 'text' })
    Object.defineProperty(request, 'body', { value: undefined })
    expect((await send(request)).status).toBe(401)
    expect(portal.received.map(({ body }) => body)).toEqual(['text'])
  })
})

describe('a signal', () => {
  const waiting = () => ({ credential: { acquire: () => new Promise<never>(() => {}) } })

  it.each<[string, (url: string, signal: AbortSignal) => Parameters<typeof fetch>]>([
    ['an init', (url, signal) => [url, { signal }]],
    ['a Request', (url, signal) => [new Request(url, { signal })]],
  ])("of %s ends the waiting for a token as it ends fetch's own", async (_, call) => {
    const send = cloudPartnerFetch(portal.auth(waiting()))
    const url = `${portal.origin}/api/x`
    const abort = new AbortController()
    const sending = send(...call(url, abort.signal))
    abort.abort()
    const ours = await sending.catch(error => error)
    expect(ours).toBeInstanceOf(DOMException)
    expect(ours.name).toBe('AbortError')

    const reason = new Error('enough')
    await expect(send(...call(url, AbortSignal.abort(reason)))).rejects.toBe(reason)
    expect(portal.received).toEqual([])
  })

  it('gives up the source of a stream that was not sent', async () => {
    const send = cloudPartnerFetch(portal.auth(waiting()))
    const reason = new Error('enough')
    for (const wrap of [false, true]) {
      const cancelled = vi.fn()
      const body = new ReadableStream({ cancel: cancelled })
      const init = {
        method: 'POST',
        body,
        duplex: 'half',
        signal: AbortSignal.abort(reason),
      } as const
      const url = `${portal.origin}/api/x`
      await expect(wrap ? send(new Request(url, init)) : send(url, init)).rejects.toBe(reason)
      await expect.poll(() => cancelled.mock.calls).toEqual([[reason]])
    }
  })

  it('ends the reading of an answer, however long nobody held the Request', async () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    portal.answer((_, response) => response.write('first'))
    const send = cloudPartnerFetch(portal.auth())
    const abort = new AbortController()
    const request = new Request(`${portal.origin}/api/x`, { signal: abort.signal })
    const response = await send(request)
    const reading = response.text().catch(error => error)
    for (let round = 0; round < 5; round++) {
      collectGarbage()
      await new Promise(setImmediate)
    }
    const reason = new Error('enough')
    abort.abort(reason)
    expect(await reading).toBe(reason)
    expect(request.signal.aborted).toBe(true)
  })
})

describe('a redirect', () => {
  it.each(['manual', 'error'] as const)('is left to the caller who says %s', async redirect => {
    portal.answer((_, response) => response.writeHead(302, { location: '/api/y' }).end())
    const send = cloudPartnerFetch(portal.auth())
    const url = `${portal.origin}/api/x`
    const outcome = (response: Promise<Response>) =>
      response.then(
        ({ status, headers }) => [status, headers.get('location')],
        error => [error.message, error.cause?.message],
      )
    const bare = await outcome(fetch(portal.origin + versioned, { redirect }))
    expect(await outcome(send(url, { redirect }))).toEqual(bare)
    expect(await outcome(send(new Request(url, { redirect })))).toEqual(bare)
    expect(portal.received).toHaveLength(3)
  })
})
