import { afterEach, describe, expect, it, vi } from 'vitest'
import { retryAfter } from '../../src/authority/retry-after.ts'

const now = Date.parse('2026-03-01T12:00:00Z')

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('Retry-After', () => {
  it.each([
    ['0', now],
    ['1', now + 1_000],
    ['60', now + 60_000],
    [' 120 ', now + 120_000],
  ])('is read in seconds: %s', (header, instant) => {
    expect(retryAfter(header, now)).toBe(instant)
  })

  it.each([
    'Sun, 01 Mar 2026 12:00:30 GMT',
    'Sunday, 01-Mar-26 12:00:30 GMT',
    'Sun Mar  1 12:00:30 2026',
  ])('is read as any date of RFC 9110, wherever the machine stands: %s', header => {
    for (const zone of ['UTC', 'America/New_York', 'Asia/Tokyo']) {
      vi.stubEnv('TZ', zone)
      expect(retryAfter(header, now)).toBe(now + 30_000)
    }
  })

  it('means now when its date is past', () => {
    expect(retryAfter('Sun, 01 Mar 2026 11:00:00 GMT', now)).toBe(now)
  })

  it.each(['999999999', 'Sun, 01 Mar 2099 12:00:00 GMT'])(
    'is an hour at most, so that nonsense keeps no service silent for days: %s',
    header => {
      expect(retryAfter(header, now)).toBe(now + 3_600_000)
    },
  )

  it.each([undefined, null, '', ' ', 'soon', '-5', '1.5', '1e3', '2026-03-01', 'Xyz, 99 Foo'])(
    'names no instant when it is %j',
    header => {
      expect(retryAfter(header, now)).toBeUndefined()
    },
  )
})
