import type { Fault } from '@cloud-partner-auth/emulator'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { clientSecret, tokenEndpoint } from '../../src/index.ts'
import { type EmulatedTime, emulatedTime, type Outcome } from '../fixtures/emulated-time.ts'

const second = 1_000
const minute = 60 * second

/** Longest a caller waits for a token, by the steps in which the test's clock moves. */
const longestWait = 30 * second + 250

interface Outage {
  readonly way: string
  readonly code: string
  readonly fault?: Fault
  /** How long the authority asks to be left alone. */
  readonly asks?: number
}

const on = 'authority'
const outages: readonly Outage[] = [
  { way: 'refuses connections', code: 'authority_unreachable' },
  { way: 'resets connections', code: 'authority_unreachable', fault: { on, type: 'reset' } },
  {
    way: 'answers 503',
    code: 'authority_unavailable',
    fault: { on, type: 'error', status: 503 },
  },
  {
    way: 'answers 502 in HTML',
    code: 'authority_unavailable',
    fault: { on, type: 'html', status: 502 },
  },
  { way: 'hangs', code: 'acquisition_timed_out', fault: { on, type: 'hang' } },
  {
    way: 'breaks off in the middle of a body',
    code: 'authority_unreachable',
    fault: { on, type: 'half-body' },
  },
  {
    way: 'answers 429',
    code: 'authority_unavailable',
    fault: { on, type: 'answer', status: 429, body: 'Too Many Requests' },
  },
  {
    way: 'answers 429 with Retry-After',
    code: 'authority_unavailable',
    fault: { on, type: 'throttle', retryAfter: 40 },
    asks: 40 * second,
  },
]

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each([
  ['clientSecret', clientSecret],
  ['tokenEndpoint', tokenEndpoint],
])('with %s(), while the authority', (_, make) => {
  describe.each(outages)('$way', outage => {
    it('no request fails as long as the token is valid', async () => {
      await using time = await begin()
      const expiresAt = Date.now() + 3_599 * second
      await time.skip(52 * minute)
      await breakDown(time, outage)
      const before = time.emulator.tokenRequests.length
      const outcomes: Outcome[] = []
      while (Date.now() < expiresAt - second) {
        outcomes.push(await time.until(time.request()))
        await time.pass(Date.now() > expiresAt - 20 * second ? second : 5 * second)
      }
      expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([200]))
      // Not one of them waited, though renewals were tried all the while.
      expect(outcomes.every(({ beganAt, endedAt }) => endedAt - beganAt <= 250)).toBe(true)
      if (outage.fault) expect(time.emulator.tokenRequests.length - before).toBeGreaterThan(2)
      expect(
        time.events.filter(({ type }) => type === 'acquisition_failed').length,
      ).toBeGreaterThan(2)
    })

    it('every caller after that has the typed error in time, and the request is not sent', async () => {
      vi.spyOn(Math, 'random').mockReturnValue(0.5)
      await using time = await begin()
      await time.skip(3_599 * second)
      await breakDown(time, outage)
      time.emulator.clearLog()
      const callers: Promise<Outcome>[] = []
      for (let passed = 0; passed < 70; passed += 2) {
        callers.push(time.request(), time.request())
        await time.pass(2 * second)
      }
      const outcomes = await time.until(Promise.all(callers))
      for (const { beganAt, endedAt, error } of outcomes) {
        expect(error).toMatchObject({ name: 'CloudPartnerAuthError', code: outage.code })
        expect(error?.retryable).toBe(true)
        expect(endedAt - beganAt).toBeLessThanOrEqual(longestWait)
      }
      expect(time.emulator.requests).toEqual([])
      // Tries of one acquisition at a time, with growing pauses, whoever waits for them.
      expect(time.emulator.tokenRequests.length).toBeLessThanOrEqual(50)
    })

    it('who came in time for a try has what that try got, at the same moment as all others', async () => {
      await using time = await begin()
      await time.skip(3_599 * second)
      await breakDown(time, outage)
      const first = time.request()
      await time.pass(250)
      const late = time.request()
      const [one, other] = await time.until(Promise.all([first, late]))
      expect(other.error).toMatchObject({ code: outage.code })
      expect(other.endedAt).toBe(Math.max(one.endedAt, other.beganAt))
    })

    // Whatever an acquisition that began before was doing when the authority came back.
    it.each([1, 25])(
      'the first request after it is back succeeds, however long it was away: %d s',
      async away => {
        await using time = await begin()
        await time.skip(3_599 * second)
        await breakDown(time, outage)
        const early = time.request()
        await time.pass(away * second)
        await recover(time)
        const { retryAt = 0 } = lastFailure(time)
        await time.pass(Math.max(retryAt - Date.now(), 0))
        const first = await time.until(time.request())
        expect(first).toMatchObject({ status: 200 })
        expect(first.endedAt - first.beganAt).toBeLessThanOrEqual(longestWait)
        await time.until(early)
      },
    )
  })

  async function begin(): Promise<EmulatedTime> {
    const time = await emulatedTime()
    const secret = time.app.secrets[0]?.value ?? ''
    time.use(make({ ...time.principal, secret, authorityHost: time.door }))
    expect(await time.until(time.request())).toMatchObject({ status: 200 })
    return time
  }
})

async function breakDown(time: EmulatedTime, { fault }: Outage): Promise<void> {
  if (fault) time.emulator.faults.add(fault)
  else await time.reachable(false)
}

async function recover(time: EmulatedTime): Promise<void> {
  time.emulator.faults.clear()
  await time.reachable(true)
}

function lastFailure({ events }: EmulatedTime): { readonly retryAt?: number | undefined } {
  return events.findLast(event => event.type === 'acquisition_failed') ?? {}
}
