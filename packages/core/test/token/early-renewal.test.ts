import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import type { Credential } from '../../src/credential/credential.ts'
import type { AccessToken } from '../../src/token/access-token.ts'
import type { TokenEvent } from '../../src/token/token-event.ts'
import { type TokenSource, tokenSource } from '../../src/token/token-source.ts'
import { countedCredential, heldCredential, numbered } from '../fixtures/counted-credential.ts'
import { busy, denied } from '../fixtures/failures.ts'
import { pass, settle, withFakeClock } from '../fixtures/fake-clock.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** Math.random() that puts the jitter in its middle. */
const noJitter = 0.5

withFakeClock()
let random: MockInstance<typeof Math.random>
beforeEach(() => {
  random = vi.spyOn(Math, 'random').mockReturnValue(noJitter)
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('early renewal', () => {
  it.each([
    ['an hour', hour, 5 * minute],
    ['a day', 24 * hour, 5 * minute],
    ['a minute', minute, 15 * second],
    ['20 s', 20 * second, 5 * second],
  ])(
    'of a token that lives %s begins in the background, at most a quarter of it before its end',
    async (_, lifetime, window) => {
      const credential = countedCredential(numbered({ lifetime }))
      const { source, events } = sourceOf(credential)
      await source.get()
      await pass(lifetime - window - 1)
      await source.get()
      await settle()
      expect(credential.requests).toHaveLength(1)
      await pass(1)
      expect((await source.get()).reveal()).toBe('token-1')
      await settle()
      expect(credential.requests).toHaveLength(2)
      expect((await source.get()).reveal()).toBe('token-2')
      expect(events.at(-1)).toMatchObject({ type: 'token_acquired', reason: 'early' })
    },
  )

  it('begins within 20 % of the window around its time, differently in each process', async () => {
    for (const [value, begins] of [
      [0, hour - 6 * minute],
      [1 - Number.EPSILON, hour - 4 * minute],
    ] as const) {
      random.mockReturnValue(value)
      const credential = countedCredential()
      const { source } = sourceOf(credential)
      await source.get()
      await pass(begins - 1)
      await source.get()
      await settle()
      expect(credential.requests).toHaveLength(1)
      await pass(1)
      await source.get()
      await settle()
      expect(credential.requests).toHaveLength(2)
    }
  })

  it.each([
    [0, 4 * second],
    [1 - Number.EPSILON, 6 * second],
  ])('pauses within 20 % of its time after a failure too: drawn %d', async (drawn, pause) => {
    random.mockReturnValue(drawn)
    const credential = failingAfterFirst(busy)
    const { source } = sourceOf(credential)
    await source.get()
    await pass(57 * minute)
    await source.get()
    await pass(pause - 1)
    await source.get()
    await settle()
    expect(credential.requests).toHaveLength(2)
    await pass(1)
    await source.get()
    await settle()
    expect(credential.requests).toHaveLength(3)
  })

  it('begins when the authority would like it to', async () => {
    const credential = countedCredential(numbered({ lifetime: 24 * hour, renewIn: 12 * hour }))
    const { source } = sourceOf(credential)
    await source.get()
    await pass(12 * hour - 1)
    await source.get()
    await settle()
    expect(credential.requests).toHaveLength(1)
    await pass(1)
    await source.get()
    await settle()
    expect(credential.requests).toHaveLength(2)
  })

  it.each([
    ['at once', 0],
    ['in a second', second],
    ['in 10 s', 10 * second],
  ])('is no token request per call when the authority would like it %s', async (_, renewIn) => {
    random.mockReturnValue(0)
    const credential = countedCredential(numbered({ renewIn }))
    const { source } = sourceOf(credential)
    for (let count = 0; count < 100; count++) {
      await source.get()
      await settle()
    }
    expect(credential.requests.length).toBeLessThanOrEqual(2)
  })

  it('is one token request, however many ask meanwhile, and delays none of them', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const cold = source.get()
    await settle()
    credential.answer(1)
    await cold
    await pass(56 * minute)
    const during = await Promise.all(Array.from({ length: 1_000 }, () => source.get()))
    expect(new Set(during.map(token => token.reveal()))).toEqual(new Set(['token-1']))
    await settle()
    expect(credential.requests).toHaveLength(2)
    credential.answer(2)
    await settle()
    expect((await source.get()).reveal()).toBe('token-2')
  })

  it('does not begin beside a renewal under way', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const cold = source.get()
    await settle()
    credential.answer(1)
    const refused = await cold
    await pass(55 * minute - 1)
    const renewal = source.renew(refused)
    await pass(1)
    expect((await source.get()).reveal()).toBe('token-1')
    await settle()
    expect(credential.requests).toHaveLength(2)
    credential.answer(2)
    expect((await renewal).reveal()).toBe('token-2')
  })

  it('does not begin by itself: nobody asks, nothing is sent', async () => {
    const credential = countedCredential()
    const { source } = sourceOf(credential)
    await source.get()
    await pass(2 * hour)
    expect(credential.requests).toHaveLength(1)
  })
})

describe('early renewal that fails', () => {
  it.each([
    ['because the authority is down', busy],
    ['because the authority refuses', denied],
    ['in a way of its own', () => new Error('boom')],
  ])(
    '%s fails no caller who can have the current token, and ends no process',
    async (_, failure) => {
      const unhandled = vi.fn()
      process.on('unhandledRejection', unhandled)
      const credential = failingAfterFirst(failure)
      const { source, events } = sourceOf(credential)
      await source.get()
      await pass(55 * minute)
      for (let elapsed = 0; elapsed < 290 * second; elapsed += 100) {
        expect((await source.get()).reveal()).toBe('token-1')
        await pass(100)
      }
      await new Promise(resume => setImmediate(resume)) // Node tells of unhandled rejections between turns
      process.off('unhandledRejection', unhandled)
      expect(unhandled).not.toHaveBeenCalled()
      expect(events[1]).toMatchObject({ type: 'acquisition_failed', reason: 'early' })
      expect(events.filter(({ type }) => type === 'acquisition_failed')).toHaveLength(
        credential.requests.length - 1,
      )
    },
  )

  it('is tried again after a pause that grows from 5 s to 30 s', async () => {
    const times: number[] = []
    const credential = countedCredential((call, request) => {
      times.push(Date.now())
      if (call === 1) return numbered()(call, request)
      throw busy()
    })
    const { source } = sourceOf(credential)
    await source.get()
    await pass(55 * minute)
    for (let elapsed = 0; elapsed < 280 * second; elapsed += 100) {
      await source.get()
      await pass(100)
    }
    const pauses = times.slice(2).map((at, index) => at - (times[index + 1] as number))
    expect(pauses.slice(0, 6)).toEqual([5, 10, 20, 30, 30, 30].map(pause => pause * second))
  })

  it('waits for as long as the authority asks', async () => {
    const credential = failingAfterFirst(() => busy(Date.now() + 2 * minute))
    const { source } = sourceOf(credential)
    await source.get()
    await pass(55 * minute)
    for (let elapsed = 0; elapsed < 2 * minute; elapsed += second) {
      await source.get()
      await pass(second)
    }
    expect(credential.requests).toHaveLength(2)
    await source.get()
    await settle()
    expect(credential.requests).toHaveLength(3)
  })

  it('is tried once for nobody, however fast it fails', async () => {
    const credential = failingAfterFirst(() => busy())
    const { source } = sourceOf(credential)
    await source.get()
    await pass(55 * minute)
    await source.get()
    await pass(4 * second)
    expect(credential.requests).toHaveLength(2)
  })

  it('is tried on for a caller who has come to need it', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const cold = source.get()
    await settle()
    credential.answer(1, numbered({ lifetime: 10 * second }))
    await cold
    await pass(9 * second - 1)
    await source.get() // begins it
    await pass(second + 1)
    const joined = source.get() // has no token to fall back on
    await settle()
    credential.answer(2, () => {
      throw busy()
    })
    await pass(10 * second)
    expect(credential.requests).toHaveLength(3)
    credential.answer(3)
    expect((await joined).reveal()).toBe('token-3')
  })

  it('leaves the next caller a try of its own, even one who comes while it gives up', async () => {
    const credential = heldCredential()
    let late: Promise<AccessToken> | undefined
    const source = tokenSource({
      credential,
      audience: 'https://api.example',
      observe({ type }) {
        if (type === 'acquisition_failed') late = source.get()
      },
    })
    const cold = source.get()
    await settle()
    credential.answer(1, numbered({ lifetime: 40 * second }))
    await cold
    await pass(36 * second - 1)
    await source.get() // begins it
    await pass(4 * second + 1)
    credential.answer(2, () => {
      throw busy()
    })
    await settle()
    expect(credential.requests).toHaveLength(3)
    credential.answer(3)
    expect((await late)?.reveal()).toBe('token-3')
  })

  it('leaves a refusal that comes while it gives up a renewal of its own, which others join', async () => {
    const credential = heldCredential()
    let renewal: Promise<AccessToken> | undefined
    const source = tokenSource({
      credential,
      audience: 'https://api.example',
      observe({ type }) {
        if (type === 'acquisition_failed') renewal = source.renew(refused)
      },
    })
    const cold = source.get()
    await settle()
    credential.answer(1)
    const refused = await cold
    await pass(55 * minute)
    await source.get() // begins it
    await settle()
    credential.answer(2, () => {
      throw busy()
    })
    await settle()
    const joined = source.renew(refused)
    await settle()
    expect(credential.requests).toHaveLength(3)
    credential.answer(3)
    expect((await renewal)?.reveal()).toBe('token-3')
    expect((await joined).reveal()).toBe('token-3')
  })

  it('is not begun beside one that has given up and takes its time to end', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const cold = source.get()
    await settle()
    credential.answer(1)
    const refused = await cold
    await pass(55 * minute)
    await source.get() // begins it
    await settle()
    const { wanted } = credential.requests[1] ?? expect.unreachable()
    expect(wanted?.()).toBe(false)
    await source.get()
    await settle()
    expect(credential.requests).toHaveLength(2)

    // Who asks now gets a renewal of its own, which others join, even if the first one asks again.
    const caller = new AbortController()
    const gone = expect(source.renew(refused, caller)).rejects.toThrow('gone')
    await settle()
    caller.abort(new Error('gone'))
    await gone
    expect(wanted?.()).toBe(false)
    const joined = source.renew(refused)
    await settle()
    expect(credential.requests).toHaveLength(3)
    credential.answer(3)
    expect((await joined).reveal()).toBe('token-3')
  })

  it('begins its pauses afresh after a success', async () => {
    const failing = new Set([2, 3, 5])
    const times: number[] = []
    const credential = countedCredential((call, request) => {
      times.push(Date.now())
      if (failing.has(call)) throw busy()
      return numbered()(call, request)
    })
    const { source } = sourceOf(credential)
    for (let elapsed = 0; elapsed < 115 * minute; elapsed += second) {
      await source.get()
      await pass(second)
    }
    const pause = (call: number) => (times[call] ?? 0) - (times[call - 1] ?? 0)
    expect([pause(2), pause(3)]).toEqual([5 * second, 10 * second])
    expect(pause(5)).toBe(5 * second)
  })
})

function failingAfterFirst(failure: () => Error) {
  return countedCredential((call, request) => {
    if (call === 1) return numbered()(call, request)
    throw failure()
  })
}

function sourceOf(credential: Credential): { source: TokenSource; events: TokenEvent[] } {
  const events: TokenEvent[] = []
  const observe = (event: TokenEvent) => events.push(event)
  return { source: tokenSource({ credential, audience: 'https://api.example', observe }), events }
}
