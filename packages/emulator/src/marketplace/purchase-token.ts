import { createHash } from 'node:crypto'

// As documented: a token of the landing page is usually valid for 24 hours.
const lifetime = 24 * 3_600_000

// Characters that a URL encodes, so that a token that was not decoded fails here as it does in production.
const start = '+/+/'

/** What a landing page is given and the resolve API takes. */
export function purchaseToken(subscriptionId: string, issuedAt: number): string {
  const text = `${subscriptionId} ${issuedAt}`
  return start + Buffer.from(`${text} ${seal(text)}`).toString('base64')
}

/** The subscription that a token was made for; nothing when it is malformed or too old. */
export function subscriptionOf(token: string, now: number): string | undefined {
  if (!token.startsWith(start)) return undefined
  const parts = Buffer.from(token.slice(start.length), 'base64').toString('utf8').split(' ')
  const [id = '', issuedAt = '', given] = parts
  if (given !== seal(`${id} ${issuedAt}`)) return undefined
  return Number(issuedAt) + lifetime > now ? id : undefined
}

// A checksum that detects a token that was cut short; it is no secret.
function seal(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
