/**
 * The instant that a Retry-After header names (RFC 9110, section 10.2.3: seconds or an HTTP date, in any of its three
 * forms), in milliseconds since the Unix epoch; `undefined` for a header that is missing or unreadable.
 */
export function retryAfter(header: string | null | undefined, now: number): number | undefined {
  const value = header?.trim()
  if (!value) return undefined
  if (/^\d{1,9}$/.test(value)) return now + Number(value) * 1_000
  // The form of asctime() names no zone, and means GMT like the others.
  const inGmt = value.endsWith('GMT') ? value : `${value} GMT`
  const date = /^[A-Za-z]{3,9},? /.test(value) ? Date.parse(inGmt) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(date, now)
}
