/**
 * The instant that a Retry-After header names (RFC 9110, section 10.2.3: seconds or an HTTP date, in any of its three
 * forms), in milliseconds since the Unix epoch; `undefined` for a header that is missing or unreadable.
 *
 * An hour away at most: a proxy's nonsense, or a clock that is off, must not keep a service silent for days.
 */
export function retryAfter(header: string | null | undefined, now: number): number | undefined {
  const value = header?.trim()
  if (!value) return undefined
  const wait = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : untilDate(value, now)
  return Number.isNaN(wait) ? undefined : now + Math.min(Math.max(wait, 0), longest)
}

const longest = 3_600_000

function untilDate(value: string, now: number): number {
  // The form of asctime() names no zone, and means GMT like the others.
  const inGmt = value.endsWith('GMT') ? value : `${value} GMT`
  return /^[A-Za-z]{3,9},? /.test(value) ? Date.parse(inGmt) - now : Number.NaN
}
