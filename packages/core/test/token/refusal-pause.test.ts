import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cloudPartnerAuth } from '../../src/cloud-partner-auth.ts'
import { authorized } from '../../src/exchange/exchange.ts'
import type { AccessToken } from '../../src/token/access-token.ts'
import { tokenSource } from '../../src/token/token-source.ts'
import {
  type CountedCredential,
  countedCredential,
  numbered,
} from '../fixtures/counted-credential.ts'
import { fakeClient } from '../fixtures/fake-client.ts'
import { pass, settle, withFakeClock } from '../fixtures/fake-clock.ts'

const api = { name: 'refuser', origins: ['https://api.example'], audience: 'https://api.example' }
const day = 24 * 3_600_000

describe('an API that refuses every token', () => {
  withFakeClock()

  it.each([
    ['one request every 20 ms', 20, 1],
    ['one request every 700 ms', 700, 1],
    ['one request a second', 1_000, 1],
    ['one request every 2 s', 2_000, 1],
    ['one request every 3 s', 3_000, 1],
    ['one request every 5 s', 5_000, 1],
    ['fifty requests at once every 2 s', 2_000, 50],
  ])('costs at most 8 token requests a minute under a load of %s', async (_, gap, together) => {
    const { credential, times } = timed()
    const auth = cloudPartnerAuth({ credential, apis: [api] })
    const answers: Promise<{ status: number }>[] = []
    for (let elapsed = 0; elapsed < 60_000; elapsed += gap) {
      for (let count = 0; count < together; count++) {
        answers.push(authorized(auth, fakeClient({ url: 'https://api.example/a', answers: [401] })))
      }
      await pass(gap)
    }
    expect(times.length).toBeGreaterThan(2)
    expect(times.length).toBeLessThanOrEqual(8)
    const statuses = (await Promise.all(answers)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([401]))
  })

  it('costs at most 8 token requests in any minute, under any load', async () => {
    const gap = fc.oneof(
      fc.integer({ min: 1, max: 2_000 }),
      fc.integer({ min: 1, max: 100_000 }),
      fc.constantFrom(1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000),
    )
    // `late`: how many requests ago the refused one was sent.
    const phase = fc.record({ gap, requests: fc.integer({ min: 1, max: 30 }), late: fc.nat(3) })
    const challenge = fc.constantFrom(
      undefined,
      () => '{"access_token":{}}',
      (request: number) => `{"access_token":{"nbf":{"value":"${request}"}}}`,
    )
    await fc.assert(
      fc.asyncProperty(fc.array(phase, { maxLength: 6 }), challenge, async (phases, claims) => {
        const { credential, times } = timed()
        const source = tokenSource({ credential, audience: api.audience, observe: () => {} })
        const carried: AccessToken[] = []
        for (const { gap, requests, late } of phases) {
          for (let count = 0; count < requests; count++) {
            carried.unshift(await source.get())
            const refused = carried[Math.min(late, carried.length - 1)] as AccessToken // not empty
            await source.renew(refused, { claims: claims?.(carried.length) })
            await pass(gap)
          }
        }
        for (const [index, at] of times.entries()) {
          const ninth = times[index + 8]
          if (ninth !== undefined) expect(ninth - at).toBeGreaterThanOrEqual(60_000)
        }
      }),
    )
  })

  it('makes the source pause 1 s, then twice as long each time, up to 60 s', async () => {
    const { credential, times } = timed()
    const source = tokenSource({ credential, audience: api.audience, observe: () => {} })
    for (let elapsed = 0; elapsed < 400_000; elapsed += 100) {
      await source.renew(await source.get())
      await pass(100)
    }
    const pauses = times.slice(1).map((at, index) => at - (times[index] as number))
    expect(pauses).toEqual([
      0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000, 60_000,
    ])
  })
})

describe('an API that revoked a token', () => {
  withFakeClock()

  it('gets a new one at once, and again after the source has been left alone', async () => {
    const { credential, times } = timed()
    const source = tokenSource({ credential, audience: api.audience, observe: () => {} })
    await refuseFor(10_000, source)
    await pass(10 * 60_000)
    const before = times.length
    const refused = await source.get()
    expect((await source.renew(refused)).reveal()).not.toBe(refused.reveal())
    expect(times).toHaveLength(before + 1)

    // The pause is back to its first second.
    const next = await source.get()
    await pass(999)
    expect((await source.renew(next)).reveal()).toBe(next.reveal())
    await pass(1)
    expect((await source.renew(next)).reveal()).not.toBe(next.reveal())
  })

  it('gets a new one for each refusal that is not of a freshly renewed token', async () => {
    const { credential, times } = timed()
    const source = tokenSource({ credential, audience: api.audience, observe: () => {} })
    for (let count = 0; count < 3; count++) {
      await pass(20_000)
      await source.renew(await source.get())
    }
    expect(times).toHaveLength(4)
  })

  it('is not asked for long when it hands the refused token out again', async () => {
    let issued = 0
    const credential = countedCredential((_, request) => {
      issued++
      return numbered({ lifetime: day })(1, request)
    })
    const source = tokenSource({ credential, audience: api.audience, observe: () => {} })
    await refuseFor(60_000, source)
    expect(issued).toBeLessThanOrEqual(8)
  })
})

describe('a token source that was left alone for 60 s after its pause', () => {
  withFakeClock()

  it.each([
    ['not quite', 59_999, 2_000],
    ['for exactly that long', 60_000, 1_000],
  ])('%s: the next pause is as long as it should be', async (_, quiet, pause) => {
    const { credential } = timed()
    const source = tokenSource({ credential, audience: api.audience, observe: () => {} })
    await source.renew(await source.get())
    await pass(1_000 + quiet)
    const renewed = await source.renew(await source.get())
    expect(renewed.reveal()).toBe('token-3')
    await pass(pause - 1)
    expect((await source.renew(renewed)).reveal()).toBe('token-3')
    await pass(1)
    expect((await source.renew(renewed)).reveal()).toBe('token-4')
  })
})

describe('a pause after a refusal', () => {
  withFakeClock()
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('does not keep an expired token from being replaced', async () => {
    const credential = countedCredential(numbered({ lifetime: 1_000 }))
    const source = tokenSource({ credential, audience: api.audience, observe: () => {} })
    await source.renew(await source.get())
    await pass(950)
    await source.get()
    await settle()
    expect(credential.requests).toHaveLength(3)
  })

  it.each([900, 1_000])(
    'does not keep it from being replaced for its own refusal, %d ms into its life of a second',
    async age => {
      const credential = countedCredential(numbered({ lifetime: 1_000 }))
      const source = tokenSource({ credential, audience: api.audience, observe: () => {} })
      const refused = await source.renew(await source.get())
      await pass(age)
      expect((await source.renew(refused)).reveal()).toBe('token-3')
    },
  )
})

async function refuseFor(ms: number, source: ReturnType<typeof tokenSource>): Promise<void> {
  for (let elapsed = 0; elapsed < ms; elapsed += 100) {
    await source.renew(await source.get())
    await pass(100)
  }
}

function timed(): { credential: CountedCredential; times: readonly number[] } {
  const times: number[] = []
  const credential = countedCredential((call, request) => {
    times.push(Date.now())
    return numbered({ lifetime: day })(call, request)
  })
  return { credential, times }
}
