import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { attempt, authorized } from '../../src/adapter.ts'
import type { Credential } from '../../src/credential/credential.ts'
import {
  type Api,
  type CloudPartnerAuth,
  cloudPartnerAuth,
  type TokenEvent,
} from '../../src/index.ts'
import { countedCredential, heldCredential, numbered } from '../fixtures/counted-credential.ts'
import { denied } from '../fixtures/failures.ts'
import { fakeClient } from '../fixtures/fake-client.ts'

const origin = 'https://api.example'
const api: Api = {
  name: 'example',
  origins: [origin, 'https://other.api.example', 'http://127.0.0.1:8080', 'http://[::1]:8080'],
  audience: origin,
  version: { parameter: 'api-version', value: '1' },
}
const url = `${origin}/offers`
const versioned = `${url}?api-version=1`

beforeEach(() => {
  vi.stubEnv('CLOUD_PARTNER_EMULATOR', undefined)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
})

describe('an attempt at a covered URL', () => {
  it.each([
    url,
    'https://other.api.example/a',
    'HTTPS://API.EXAMPLE/a',
    'https://api.example:443/a',
    'http://127.0.0.1:8080/a',
    'http://[::1]:8080/a',
    'https://api.example',
  ])('carries the token and the version: %s', async covered => {
    const { auth } = authOf(countedCredential())
    const first = await attempt(auth, { url: covered, authorizationSet: false })
    expect(first.authorization).toBe('Bearer token-1')
    expect(new URL(first.url).searchParams.get('api-version')).toBe('1')
  })

  it('keeps the caller’s own version', async () => {
    const { auth } = authOf(countedCredential())
    const own = `${url}?API-VERSION=2`
    expect((await attempt(auth, { url: own, authorizationSet: false })).url).toBe(own)
  })

  it('keeps the caller’s own Authorization, asks for no token, and still adds the version', async () => {
    const { auth, credential, events } = authOf(countedCredential())
    const client = fakeClient({ url, answers: [401], authorizationSet: true })
    expect((await authorized(auth, client)).status).toBe(401)
    expect(client.sent).toEqual([expect.objectContaining({ url: versioned })])
    expect(client.sent[0]).not.toHaveProperty('authorization')
    expect(credential.requests).toHaveLength(0)
    expect(events).toEqual([
      expect.objectContaining({ type: 'request_not_authorized', why: 'own_authorization' }),
    ])
  })

  it('adds no version where the API has none', async () => {
    const { auth } = authOf(countedCredential(), { apis: [{ ...api, version: undefined }] })
    expect((await attempt(auth, { url, authorizationSet: false })).url).toBe(url)
  })

  it('is not sent when no token can be had', async () => {
    const { auth } = authOf(refusing())
    const client = fakeClient({ url, answers: [200] })
    await expect(authorized(auth, client)).rejects.toMatchObject({ code: 'authority_refused' })
    expect(client.sent).toEqual([])
  })

  it('is not sent when it is aborted while it waits for a token', async () => {
    const credential = heldCredential()
    const { auth } = authOf(credential)
    const controller = new AbortController()
    const client = fakeClient({ url, answers: [200], signal: controller.signal })
    const result = authorized(auth, client)
    await turn()
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(result).rejects.toBe(reason)
    expect(client.sent).toEqual([])
  })
})

describe('an attempt at any other URL', () => {
  it.each([
    ['another host', 'https://evil.example/offers'],
    ['a subdomain', 'https://x.api.example/offers'],
    ['a longer name', 'https://api.example.evil/offers'],
    ['another port', 'https://api.example:8443/offers'],
    ['http instead of https', 'http://api.example/offers'],
    ['another loopback port', 'http://127.0.0.1:8081/offers'],
    ['the API’s name as a user', 'https://api.example@evil.example/offers'],
    ['the API’s name as user and password', 'https://api.example:x@evil.example/'],
    ['a user at the API', 'https://user@api.example/offers'],
    ['a password at the API', 'https://:secret@api.example/offers'],
    ['a backslash', 'https:\\\\evil.example\\@api.example/'],
    ['a blob of the API’s origin', 'blob:https://api.example/1-2-3'],
    ['another scheme', 'ftp://api.example/offers'],
    ['ws', 'wss://api.example/offers'],
    ['no origin', '/offers'],
    ['no URL', 'https://'],
    ['nothing', ''],
  ])('is sent as it is, without a token: %s', async (_, uncovered) => {
    const { auth, credential, events } = authOf(countedCredential())
    const client = fakeClient({ url: uncovered, answers: [{ status: 401, url: '' }] })
    await authorized(auth, client)
    expect(client.sent).toEqual([expect.objectContaining({ url: uncovered })])
    expect(client.sent[0]).not.toHaveProperty('authorization')
    expect(credential.requests).toHaveLength(0)
    expect(events).toEqual([
      expect.objectContaining({ type: 'request_not_authorized', why: 'not_covered' }),
    ])
  })
})

describe('an answer', () => {
  it('that is no refusal is delivered, whatever else it says', async () => {
    for (const status of [200, 202, 302, 400, 403, 404, 407, 429, 500]) {
      const { auth, credential } = authOf(countedCredential())
      const client = fakeClient({ url, answers: [status] })
      expect((await authorized(auth, client)).status).toBe(status)
      expect(client.sent).toHaveLength(1)
      expect(client.discarded).toEqual([])
      expect(credential.requests).toHaveLength(1)
    }
  })

  it('that refuses the token is given up for a second one with a renewed token', async () => {
    const { auth, credential, events } = authOf(countedCredential())
    const client = fakeClient({ url: `${url}?q=secret`, answers: [401, 200] })
    expect((await authorized(auth, client)).status).toBe(200)
    expect(client.sent).toEqual([
      expect.objectContaining({ authorization: 'Bearer token-1' }),
      expect.objectContaining({ authorization: 'Bearer token-2' }),
    ])
    expect(new Set(client.sent.map(sent => sent.url)).size).toBe(1)
    expect(client.discarded).toEqual([expect.objectContaining({ status: 401 })])
    expect(credential.requests).toHaveLength(2)
    expect(events.at(-1)).toEqual({ type: 'request_resent', api: 'example', url })
  })

  it('that refuses the second token too is delivered: there is no third', async () => {
    const { auth, credential } = authOf(countedCredential())
    const client = fakeClient({ url, answers: [401] })
    expect((await authorized(auth, client)).status).toBe(401)
    expect(client.sent).toHaveLength(2)
    expect(client.discarded).toHaveLength(1)
    expect(credential.requests).toHaveLength(2)
  })

  it.each([
    ['of a foreign hop', 'https://evil.example/login'],
    ['of another covered origin, where a redirect lost the token', 'https://other.api.example/x'],
    ['of the API’s host over http', 'http://api.example/x'],
  ])('%s says nothing about the token', async (_, answeredBy) => {
    const { auth, credential, events } = authOf(countedCredential())
    const client = fakeClient({ url, answers: [{ status: 401, url: answeredBy }] })
    expect((await authorized(auth, client)).status).toBe(401)
    expect(client.sent).toHaveLength(1)
    expect(credential.requests).toHaveLength(1)
    expect(events.map(({ type }) => type)).toEqual(['token_acquired'])
  })

  it.each([
    ['after a redirect within the API', `${origin}/moved`],
    ['of an unknown URL, as of a client that does not tell', ''],
  ])('%s counts as the API’s own', async (_, answeredBy) => {
    const { auth } = authOf(countedCredential())
    const client = fakeClient({ url, answers: [{ status: 401, url: answeredBy }, 200] })
    expect((await authorized(auth, client)).status).toBe(200)
  })

  it('that never came is no refusal', async () => {
    const { auth } = authOf(countedCredential())
    const client = { ...fakeClient({ url, answers: [401] }), answer: () => undefined }
    expect((await authorized(auth, client)).status).toBe(401)
    expect(client.sent).toHaveLength(1)
  })

  it('that never came is the client’s own affair, even when the caller has gone', async () => {
    const { auth } = authOf(countedCredential())
    const controller = new AbortController()
    const client = fakeClient({ url, answers: [401], signal: controller.signal })
    const answer = () => void controller.abort()
    expect((await authorized(auth, { ...client, answer })).status).toBe(401)
    expect(client.discarded).toEqual([])
  })

  it('that an API calls a refusal is one', async () => {
    const refuses = vi.fn(({ status }: { status: number }) => status === 403)
    const { auth } = authOf(countedCredential(), { apis: [{ ...api, refuses }] })
    const client = fakeClient({ url, answers: [{ status: 403, challenge: 'Bearer' }, 200] })
    expect((await authorized(auth, client)).status).toBe(200)
    const answer = { status: 403, url: versioned, challenge: 'Bearer', replayable: true }
    expect(refuses).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(answer))
  })

  it('that an API does not call a refusal is none', async () => {
    const { auth } = authOf(countedCredential(), { apis: [{ ...api, refuses: () => false }] })
    expect((await authorized(auth, fakeClient({ url, answers: [401, 200] }))).status).toBe(401)
  })

  it('with a claims challenge gets a token with these claims', async () => {
    const { auth, credential } = authOf(countedCredential())
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'
    const challenge = `Bearer error="insufficient_claims", claims="${btoa(claims)}"`
    const client = fakeClient({ url, answers: [{ status: 401, challenge }, 200] })
    expect((await authorized(auth, client)).status).toBe(200)
    expect(credential.requests[1]).toMatchObject({ claims })
  })
})

describe('a refused request', () => {
  it('that cannot be sent again is delivered, and the next one has a new token', async () => {
    const { auth, credential, events } = authOf(countedCredential())
    const client = fakeClient({ url, answers: [401], replayable: false })
    expect((await authorized(auth, client)).status).toBe(401)
    expect(client.sent).toHaveLength(1)
    expect(client.discarded).toEqual([])
    expect(events).toContainEqual(notResent('body_not_replayable'))
    await turn()
    const next = fakeClient({ url, answers: [200] })
    await authorized(auth, next)
    expect(next.sent[0]?.authorization).toBe('Bearer token-2')
    expect(credential.requests).toHaveLength(2)
  })

  it.each([
    ['POST', 1],
    ['put', 1],
    ['FORGET', 1],
    ['HEADLONG', 1],
    ['GET', 2],
    ['head', 2],
    [undefined, 2],
  ])(
    'that was redirected is begun anew only where that repeats no effect: %s',
    async (method, sendings) => {
      const { auth, credential, events } = authOf(countedCredential())
      const redirected = { status: 401, url: `${origin}/elsewhere` }
      const client = fakeClient({ url, ...(method && { method }), answers: [redirected, 200] })
      expect((await authorized(auth, client)).status).toBe(sendings === 1 ? 401 : 200)
      expect(client.sent).toHaveLength(sendings)
      if (sendings === 1) expect(events).toContainEqual(notResent('redirected'))
      await turn()
      expect(credential.requests).toHaveLength(2)
    },
  )

  it.each([
    ['path', `${origin}/elsewhere?api-version=1`],
    ['query', `${url}?api-version=2`],
  ])('that was redirected to another %s is not begun anew', async (_, answeredBy) => {
    const { auth, events } = authOf(countedCredential())
    const redirected = { status: 401, url: answeredBy }
    const client = fakeClient({ url, method: 'POST', answers: [redirected, 200] })
    expect((await authorized(auth, client)).status).toBe(401)
    expect(events).toContainEqual(notResent('redirected'))
  })

  it.each([
    ['POST', 1],
    ['GET', 2],
  ])(
    'is not begun anew where the client cannot say who answered, unless that is harmless: %s',
    async (method, sendings) => {
      const { auth, events } = authOf(countedCredential())
      const client = fakeClient({ url, method, answers: [{ status: 401, url: '' }, 200] })
      await authorized(auth, client)
      expect(client.sent).toHaveLength(sendings)
      if (sendings === 1) expect(events).toContainEqual(notResent('redirected'))
    },
  )

  it('is delivered when its answer cannot be judged', async () => {
    const refuses = () => {
      throw new Error('the judge is ill')
    }
    const { auth } = authOf(countedCredential(), { apis: [{ ...api, refuses }] })
    const client = fakeClient({ url, answers: [401] })
    expect((await authorized(auth, client)).status).toBe(401)
    expect(client.discarded).toEqual([])
  })

  it('is delivered with an event of its own while renewals are paused', async () => {
    const { auth, events, credential } = authOf(countedCredential())
    await authorized(auth, fakeClient({ url, answers: [401] }))
    await authorized(auth, fakeClient({ url, answers: [401] }))
    expect(events.at(-1)).toEqual(notResent('renewal_paused'))
    expect(credential.requests).toHaveLength(2)
  })

  it('that was not redirected is sent again whatever its method', async () => {
    const { auth } = authOf(countedCredential())
    const client = fakeClient({ url, method: 'POST', answers: [401, 200] })
    expect((await authorized(auth, client)).status).toBe(200)
  })

  it('that cannot be sent again does not wait for the renewal', async () => {
    const credential = heldCredential()
    const { auth } = authOf(credential)
    const client = fakeClient({ url, answers: [401], replayable: false })
    const result = authorized(auth, client)
    await turn()
    credential.answer(1)
    expect((await result).status).toBe(401)
    await turn()
    expect(credential.requests).toHaveLength(2)
  })

  it('that cannot be sent again ends no process when the renewal fails', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const { auth } = authOf(refusingAfterFirst())
    await authorized(auth, fakeClient({ url, answers: [401], replayable: false }))
    await turn()
    await turn()
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('is delivered where resending is off, and the next one has a new token', async () => {
    const { auth, events } = authOf(countedCredential(), { resend: false })
    const client = fakeClient({ url, answers: [401] })
    expect((await authorized(auth, client)).status).toBe(401)
    expect(client.sent).toHaveLength(1)
    expect(events).toContainEqual(notResent('resend_off'))
    await turn()
    const next = fakeClient({ url, answers: [200] })
    await authorized(auth, next)
    expect(next.sent[0]?.authorization).toBe('Bearer token-2')
  })

  it('is delivered unread when the renewal fails', async () => {
    const { auth, events } = authOf(refusingAfterFirst())
    const client = fakeClient({ url, answers: [401] })
    expect((await authorized(auth, client)).status).toBe(401)
    expect(client.sent).toHaveLength(1)
    expect(client.discarded).toEqual([])
    expect(events).toContainEqual(notResent('renewal_failed'))
    expect(events.filter(({ type }) => type === 'acquisition_failed')).toHaveLength(1)
  })

  it('is delivered when the authority hands out the refused token again', async () => {
    const { auth, events } = authOf(countedCredential((_, request) => numbered()(7, request)))
    const client = fakeClient({ url, answers: [401] })
    expect((await authorized(auth, client)).status).toBe(401)
    expect(client.sent).toHaveLength(1)
    expect(client.discarded).toEqual([])
    expect(events).toContainEqual(notResent('same_token'))
  })

  it('rejects with the reason of its signal when it is aborted while the token is renewed', async () => {
    const credential = heldCredential()
    const { auth } = authOf(credential)
    const controller = new AbortController()
    const client = fakeClient({ url, answers: [401, 200], signal: controller.signal })
    const result = authorized(auth, client)
    await turn()
    credential.answer(1)
    await turn()
    expect(credential.requests).toHaveLength(2)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(result).rejects.toBe(reason)
    expect(client.sent).toHaveLength(1)
    expect(client.discarded).toEqual([expect.objectContaining({ status: 401 })])
    credential.answer(2)
    await turn()
    const next = await attempt(auth, { url, authorizationSet: false })
    expect(next.authorization).toBe('Bearer token-2')
  })

  it('is sent again with the token that others have renewed meanwhile', async () => {
    const { auth, credential } = authOf(countedCredential())
    const late = await attempt(auth, { url, authorizationSet: false })
    await authorized(auth, fakeClient({ url, answers: [401, 200] }))
    const next = await late.answered({ status: 401, url: versioned, replayable: true })
    expect(next?.authorization).toBe('Bearer token-2')
    expect(credential.requests).toHaveLength(2)
  })

  it('is not sent a third time, however long the second one took', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { auth, credential } = authOf(countedCredential())
    const refused = { status: 401, url: versioned, replayable: true }
    const first = await attempt(auth, { url, authorizationSet: false })
    const second = await first.answered(refused)
    vi.setSystemTime(Date.now() + 60_000)
    expect(second?.authorization).toBe('Bearer token-2')
    expect(await second?.answered(refused)).toBeUndefined()
    expect(credential.requests).toHaveLength(2)
  })

  it('is not sent again when it lost its Authorization to a foreign origin', async () => {
    const { auth } = authOf(countedCredential())
    const first = await attempt(auth, { url, authorizationSet: false })
    const answer = { status: 401, url: 'https://evil.example/', replayable: true }
    expect(await first.answered(answer)).toBeUndefined()
  })

  it('succeeds, as a thousand others with the same token do, with one token request', async () => {
    const { auth, credential } = authOf(countedCredential())
    await attempt(auth, { url, authorizationSet: false })
    const clients = Array.from({ length: 1_000 }, () => fakeClient({ url, answers: [401, 200] }))
    const results = await Promise.all(clients.map(client => authorized(auth, client)))
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set([200]))
    expect(credential.requests).toHaveLength(2)
  })
})

describe('an error of the client', () => {
  it('is passed on as it is', async () => {
    const { auth } = authOf(countedCredential())
    const error = new Error('socket hang up')
    const client = { ...fakeClient({ url, answers: [] }), send: () => Promise.reject(error) }
    await expect(authorized(auth, client)).rejects.toBe(error)
  })
})

describe('events', () => {
  it('name origin and path only, since a query may hold secrets', async () => {
    const { auth, events } = authOf(countedCredential())
    const private_ = `${url}?sig=s3cret#fragment`
    await authorized(auth, fakeClient({ url: private_, answers: [401, 200] }))
    await authorized(auth, fakeClient({ url: private_, answers: [401], replayable: false }))
    expect(events.filter(event => 'url' in event).map(event => event.url)).toEqual([url, url])
    expect(JSON.stringify(events)).not.toMatch(/s3cret|fragment|token-\d/)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('observer down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('observer down'))],
  ])('harm nobody when the observer %s', async (_, observe) => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const auth = cloudPartnerAuth({ credential: countedCredential(), apis: [api], observe })
    expect((await authorized(auth, fakeClient({ url, answers: [401, 200] }))).status).toBe(200)
    await turn()
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})

function authOf<C extends Credential>(
  credential: C,
  options: { readonly apis?: readonly Api[]; readonly resend?: boolean } = {},
): { auth: CloudPartnerAuth; credential: C; events: TokenEvent[] } {
  const events: TokenEvent[] = []
  const observe = (event: TokenEvent) => {
    events.push(event)
  }
  return {
    auth: cloudPartnerAuth({ apis: [api], ...options, credential, observe }),
    credential,
    events,
  }
}

function notResent(why: string): object {
  return { type: 'request_not_resent', api: 'example', url, why }
}

function refusing() {
  return countedCredential(() => {
    throw denied()
  })
}

function refusingAfterFirst() {
  return countedCredential((call, request) => {
    if (call === 1) return numbered()(call, request)
    throw denied()
  })
}

/** Lets everything run that is ready to. */
function turn(): Promise<void> {
  return new Promise(resume => setImmediate(resume))
}
