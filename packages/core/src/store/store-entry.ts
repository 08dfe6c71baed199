import { type AccessToken, accessToken } from '../token/access-token.ts'
import type { StoredValue } from './token-store.ts'

// A store may round what is left of a lifetime up, and more than the token ever had is a sign of a foreign hand.
const rounding = 1_000

/**
 * A token as it is stored: `{"key":"…","token":"eyJ…","lifetime":3599000,"renewIn":1800000,"claims":"…"}`.
 *
 * Every time in it is a span since the token was requested; only the store's own clock says how much of it is over.
 */
export function storeEntry(key: string, token: AccessToken): string {
  const { acquiredAt, expiresAt, renewAt, claims } = token
  return JSON.stringify({
    key,
    token: token.reveal(),
    lifetime: expiresAt - acquiredAt,
    ...(renewAt !== undefined && { renewIn: renewAt - acquiredAt }),
    ...(claims !== undefined && { claims }),
  })
}

/** The token of an entry that was read at `readAt`; `undefined` for one that {@link storeEntry} did not make for this key. */
export function storedToken(
  key: string,
  stored: StoredValue,
  readAt: number,
): AccessToken | undefined {
  try {
    const entry: unknown = JSON.parse(stored.value)
    const fields = (typeof entry === 'object' && entry) || {}
    const { token, lifetime, renewIn, claims, ...rest } = fields as Record<string, unknown>
    if (rest['key'] !== key || typeof token !== 'string' || !isSpan(lifetime)) return undefined
    if (stored.lifetime > lifetime + rounding) return undefined
    if (claims !== undefined && typeof claims !== 'string') return undefined
    const expiresAt = readAt + stored.lifetime
    const acquiredAt = Math.min(expiresAt - lifetime, readAt)
    const renewAt = typeof renewIn === 'number' ? acquiredAt + renewIn : undefined
    return accessToken({ value: token, acquiredAt, expiresAt, renewAt, claims, shared: true })
  } catch {
    return undefined // no JSON, or no token that a header may hold
  }
}

function isSpan(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}
