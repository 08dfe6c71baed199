import { describe, expect, it } from 'vitest'
import type { Credential } from '../../src/credential/credential.ts'
import { accessToken } from '../../src/token/access-token.ts'
import { tokenSource } from '../../src/token/token-source.ts'
import { pass, withFakeClock } from '../fixtures/fake-clock.ts'

const second = 1_000
const minute = 60 * second

/** A credential that fails for reasons of its own as long as it is `down`, `after` so many ms; `calls` are since the first. */
function breakingCredential(after = 0) {
  const calls: number[] = []
  const began = performance.now()
  const state = { down: true, calls }
  const credential: Credential = {
    async acquire({ signal }) {
      calls.push(performance.now() - began)
      await new Promise<void>((resolve, reject) => {
        setTimeout(resolve, after)
        signal.addEventListener('abort', () => reject(signal.reason))
      })
      if (state.down) throw Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' })
      return accessToken({ value: 'token', expiresAt: Date.now() + 3_600 * second })
    },
  }
  const source = tokenSource({ credential, audience: 'https://api.example', observe() {} })
  return Object.assign(state, { source })
}

describe('an outage of code that is not ours', () => {
  withFakeClock()

  it.each([0.1, 3, 9.8])('of %d s fails none of 1,000 who wait', async length => {
    const broken = breakingCredential()
    const waiting = Promise.all(Array.from({ length: 1_000 }, () => broken.source.get()))
    await pass(length * second)
    broken.down = false
    await pass(10 * second)
    expect(new Set((await waiting).map(token => token.reveal()))).toEqual(new Set(['token']))
    expect(broken.calls.length).toBeLessThanOrEqual(8)
  })

  it.each<[string, number, number | undefined, number]>([
    ['who wait', 100, undefined, 0],
    ['who give up at once', 50, 40, 0],
    ['whose time-out is 1 s, one after the other', 1_000, 900, 0],
    ['whose time-out is 3 s, one after the other', 3_000, 2_900, 0],
    ['whose time-out is 1 s, many at a time', 100, 1_000, 0],
    ['who wait for calls that take a second', 100, undefined, second],
    ['who give up in the middle of a call', 700, 650, 600],
  ])(
    'costs at most 20 calls in a minute, and 13 in the next, of callers %s',
    async (_, every, limit, takes) => {
      const { source, calls } = breakingCredential(takes)
      for (let elapsed = 0; elapsed < 2 * minute; elapsed += every) {
        const controller = new AbortController()
        if (limit !== undefined) setTimeout(() => controller.abort(new Error('gone')), limit)
        source.get({ signal: controller.signal }).catch(() => {}) // each fails, as it has to
        await pass(every)
      }
      expect(calls.filter(at => at < minute).length).toBeLessThanOrEqual(20)
      expect(calls.filter(at => at >= minute).length).toBeLessThanOrEqual(13)
    },
  )

  it('that is over is seen within 5 s, however long it was', async () => {
    const broken = breakingCredential()
    for (let elapsed = 0; elapsed < 10 * minute; elapsed += second) {
      broken.source.get().catch(() => {}) // each fails, as it has to
      await pass(second)
    }
    broken.down = false
    await pass(5 * second)
    const token = broken.source.get()
    await pass(0)
    expect((await token).reveal()).toBe('token')
  })
})
