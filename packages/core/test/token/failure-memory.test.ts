import { describe, expect, it, vi } from 'vitest'
import type { CloudPartnerAuthError } from '../../src/cloud-partner-auth-error.ts'
import type { Credential } from '../../src/credential/credential.ts'
import type { TokenEvent } from '../../src/token/token-event.ts'
import { type TokenSource, tokenSource } from '../../src/token/token-source.ts'
import { countedCredential, numbered } from '../fixtures/counted-credential.ts'
import { busy, denied } from '../fixtures/failures.ts'
import { pass, settle, withFakeClock } from '../fixtures/fake-clock.ts'

const second = 1_000

describe('a permanent failure', () => {
  withFakeClock()

  it('fails at once, and says since when and until when it is remembered', async () => {
    const { source, requests } = refusing()
    const now = Date.now()
    const error = await failure(source)
    expect(error).toMatchObject({
      name: 'CloudPartnerAuthError',
      code: 'authority_refused',
      retryable: false,
      since: now,
      retryAt: now + 5 * second,
      status: 401,
      oauthError: 'invalid_client',
      aadsts: 7000215,
      correlationId: 'c0ffee00-0000-4000-8000-000000000000',
      traceId: '7ace0000-0000-4000-8000-000000000000',
    })
    expect(error.message).toMatch(/^\[authority_refused\] invalid_client/)
    expect(error.message).toContain('2026-03-01T12:00:05.000Z')
    expect(Date.now()).toBe(now)
    expect(requests).toHaveLength(1)
  })

  it('is remembered for 5, 20, 60 and then 300 s, without a token request before they are over', async () => {
    const { source, times } = refusing(7000222)
    const start = Date.now()
    for (let elapsed = 0; elapsed < 800 * second; elapsed += second / 2) {
      expect(await failure(source)).toMatchObject({ code: 'authority_refused', since: start })
      await pass(second / 2)
    }
    const expected = [0, 5, 25, 85, 385, 685].map(at => start + at * second)
    expect(times).toEqual(expected)
  })

  it('is remembered for a minute at most where a credential made a moment ago fails so too', async () => {
    const { source, times } = refusing(7000215)
    const start = Date.now()
    for (let elapsed = 0; elapsed < 200 * second; elapsed += second / 2) {
      await failure(source)
      await pass(second / 2)
    }
    expect(times).toEqual([0, 5, 25, 85, 145].map(at => start + at * second))
  })

  it('costs at most 4 token requests for a thousand requests in a minute', async () => {
    const { source, requests } = refusing()
    for (let count = 0; count < 1_000; count++) {
      await failure(source)
      await pass(60)
    }
    expect(requests.length).toBeGreaterThan(1)
    expect(requests.length).toBeLessThanOrEqual(4)
  })

  it('costs one token request for a thousand requests at once', async () => {
    const { source, requests } = refusing()
    const failures = await Promise.all(Array.from({ length: 1_000 }, () => failure(source)))
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['authority_refused']))
    expect(requests).toHaveLength(1)
  })

  it('is remembered for renewals too, while the held token stays', async () => {
    const credential = countedCredential((call, request) => {
      if (call === 1) return numbered()(call, request)
      throw denied()
    })
    const { source } = sourceOf(credential)
    const refused = await source.get()
    await expect(source.renew(refused)).rejects.toMatchObject({ aadsts: 7000215 })
    await expect(source.renew(refused)).rejects.toMatchObject({ aadsts: 7000215 })
    expect(credential.requests).toHaveLength(2)
    expect((await source.get()).reveal()).toBe('token-1')
  })

  it('is forgotten with the next token', async () => {
    let refuses = true
    const credential = countedCredential((call, request) => {
      if (refuses) throw denied()
      return numbered({ lifetime: 60 * second })(call, request)
    })
    const { source } = sourceOf(credential)
    await failure(source)
    await pass(5 * second)
    await failure(source) // for 20 s now
    await pass(20 * second)
    refuses = false
    await source.get()
    await pass(60 * second)
    refuses = true
    const now = Date.now()
    expect(await failure(source)).toMatchObject({ since: now, retryAt: now + 5 * second })
  })

  it('is told once for each token request, not for each caller', async () => {
    const { source, events } = refusing()
    await failure(source)
    await failure(source)
    expect(events).toEqual([
      {
        type: 'acquisition_failed',
        audience: 'https://api.example',
        reason: 'first',
        code: 'authority_refused',
        aadsts: 7000215,
        retryAt: Date.now() + 5 * second,
      },
    ])
  })
})

describe('a credential that says whether it changed', () => {
  withFakeClock()

  it('ends the cool-down as soon as it did', async () => {
    const { source, credential } = changing()
    await failure(source)
    credential.changed.mockReturnValue(true)
    credential.refuses = false
    await pass(second)
    expect((await source.get()).reveal()).toBe('token-2')
  })

  it('ends it for everyone who asks at that moment or later, with one token request', async () => {
    const { source, credential } = changing()
    await failure(source)
    await pass(second)
    credential.changed.mockReturnValue(true)
    credential.refuses = false
    const first = source.get()
    await settle()
    const tokens = await Promise.all([first, source.get(), source.get()])
    expect(new Set(tokens.map(token => token.reveal()))).toEqual(new Set(['token-2']))
    expect(credential.requests).toHaveLength(2)
  })

  it('is looked at no more than once a second', async () => {
    const { source, credential } = changing()
    await failure(source)
    for (let elapsed = 0; elapsed < 4 * second; elapsed += 10) {
      await Promise.all([failure(source), failure(source), failure(source)])
      await pass(10)
    }
    expect(credential.changed.mock.calls.length).toBeGreaterThanOrEqual(3)
    expect(credential.changed.mock.calls.length).toBeLessThanOrEqual(5)
    expect(credential.requests).toHaveLength(1)
  })

  it('begins a new count when the changed one is refused too', async () => {
    const { source, credential } = changing()
    await failure(source)
    await pass(5 * second)
    await failure(source)
    credential.changed.mockReturnValueOnce(true)
    await pass(second)
    const now = Date.now()
    expect(await failure(source)).toMatchObject({ since: now, retryAt: now + 5 * second })
    expect(credential.requests).toHaveLength(3)
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('vault is sealed'))],
    [
      'throws',
      () => {
        throw new Error('vault is sealed')
      },
    ],
  ])('leaves the failure as it is when the look %s', async (_, look) => {
    const { source, credential } = changing()
    await failure(source)
    credential.changed.mockImplementation(look)
    await pass(second)
    expect(await failure(source)).toMatchObject({ code: 'authority_refused' })
    expect(credential.requests).toHaveLength(1)
  })

  it('keeps nobody waiting longer than a try when the look never ends', async () => {
    const { source, credential } = changing()
    await failure(source)
    credential.changed.mockImplementation(() => new Promise(() => {}))
    await pass(second)
    const failed = failure(source)
    await pass(10 * second)
    expect(await Promise.race([failed, setImmediately('still waiting')])).toMatchObject({
      code: 'authority_refused',
    })
  })

  it('is not looked at while nothing is wrong', async () => {
    const { source, credential } = changing()
    credential.refuses = false
    await source.get()
    await source.get()
    expect(credential.changed).not.toHaveBeenCalled()
  })
})

describe('a failure that passes', () => {
  withFakeClock()

  it('is not remembered: the next caller tries anew', async () => {
    let down = true
    const credential = countedCredential((call, request) => {
      if (down) throw busy()
      return numbered()(call, request)
    })
    const { source } = sourceOf(credential)
    const failed = failure(source)
    await pass(30 * second)
    expect(await failed).toMatchObject({ code: 'authority_unavailable', retryable: true })
    down = false
    expect((await source.get()).reveal()).toMatch(/^token-/)
  })

  it('is not asked about before the instant that the authority named, when that is beyond the wait', async () => {
    const times: number[] = []
    const start = Date.now()
    const credential = countedCredential((call, request) => {
      times.push(Date.now() - start)
      if (call === 1) throw busy(start + 60 * second)
      return numbered()(call, request)
    })
    const { source } = sourceOf(credential)
    expect(await failure(source)).toMatchObject({ retryAt: start + 60 * second })
    expect(Date.now()).toBe(start)
    for (let elapsed = 0; elapsed < 30 * second; elapsed += second) {
      expect(await failure(source)).toMatchObject({ retryAt: start + 60 * second })
      await pass(second)
    }
    await pass(15 * second)
    const waiting = source.get()
    await pass(15 * second - 1)
    expect(times).toEqual([0])
    await pass(1)
    expect((await waiting).reveal()).toBe('token-2')
    expect(times).toEqual([0, 60 * second])
  })

  it('keeps to such an instant whatever secret it is asked with', async () => {
    const start = Date.now()
    const counted = countedCredential(() => {
      throw busy(start + 60 * second)
    })
    const { source } = sourceOf({ ...counted, changed: () => true })
    await failure(source)
    await pass(30 * second)
    expect(await failure(source)).toMatchObject({ retryAt: start + 60 * second })
    expect(counted.requests).toHaveLength(1)
  })

  it('is asked about at once in such an instant', async () => {
    const start = Date.now()
    const credential = countedCredential((call, request) => {
      if (call === 1) throw busy(start + 60 * second)
      return numbered()(call, request)
    })
    const { source } = sourceOf(credential)
    await failure(source)
    await pass(60 * second)
    const token = source.get()
    await setImmediately(undefined)
    expect(credential.requests).toHaveLength(2)
    expect((await token).reveal()).toBe('token-2')
  })

  it('leaves each token request after such an instant the time to be answered, whenever callers come', async () => {
    const start = Date.now()
    const credential = countedCredential(async (call, request) => {
      if (call === 1) throw busy(start + 60 * second)
      await new Promise(resume => setTimeout(resume, 2 * second)) // a slow authority, but within 10 s
      return numbered()(call, request)
    })
    const { source } = sourceOf(credential)
    await failure(source)
    const outcomes: Promise<string>[] = []
    for (let elapsed = 0; elapsed < 63 * second; elapsed += second / 4) {
      outcomes.push(
        source.get().then(
          token => token.reveal(),
          (error: CloudPartnerAuthError) => error.code,
        ),
      )
      await pass(second / 4)
    }
    expect(new Set(await Promise.all(outcomes))).toEqual(
      new Set(['authority_unavailable', 'token-2']),
    )
    expect(credential.requests).toHaveLength(2)
  })
})

async function failure(source: TokenSource): Promise<CloudPartnerAuthError> {
  try {
    await source.get()
  } catch (error) {
    return error as CloudPartnerAuthError // asserted by those who call
  }
  return expect.unreachable('a token was had')
}

function sourceOf(credential: Credential) {
  const events: TokenEvent[] = []
  const observe = (event: TokenEvent) => events.push(event)
  return { source: tokenSource({ credential, audience: 'https://api.example', observe }), events }
}

function refusing(aadsts?: number) {
  const times: number[] = []
  const credential = countedCredential(() => {
    times.push(Date.now())
    throw denied(aadsts)
  })
  return { ...sourceOf(credential), requests: credential.requests, times }
}

function changing() {
  const counted = countedCredential((call, request) => {
    if (credential.refuses) throw denied()
    return numbered()(call, request)
  })
  const credential = {
    ...counted,
    refuses: true,
    changed: vi.fn<() => boolean | Promise<boolean>>(() => false),
  }
  return { ...sourceOf(credential), credential }
}

function setImmediately<T>(value: T): Promise<T> {
  return new Promise(resolve => setImmediate(resolve, value))
}
