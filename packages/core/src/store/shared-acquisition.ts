import type { AcquireRequest, Credential } from '../credential/credential.ts'
import { type AccessToken, sameToken, usableUntil } from '../token/access-token.ts'
import { checkedToken } from '../token/checked-token.ts'
import type { Observe } from '../token/token-event.ts'
import { boundedStore } from './bounded-store.ts'
import { storedToken, storeEntry } from './store-entry.ts'
import { storeKey } from './store-key.ts'
import type { StoreLock, TokenStore } from './token-store.ts'

const firstPause = 50
const longestPause = 250

/**
 * An acquisition that a fleet shares: takes the token that another process left in the store, or waits for the one
 * that another process is acquiring, or holds the lock and acquires it for all of them.
 */
export function sharedAcquisition(options: {
  readonly credential: Credential
  readonly identity: string
  readonly store: TokenStore
  readonly observe: Observe
}): (request: AcquireRequest) => Promise<AccessToken> {
  const { credential, identity, observe } = options
  const store = boundedStore(options.store, observe)
  const keys = new Map<string, Promise<string>>()

  async function acquire(request: AcquireRequest): Promise<AccessToken> {
    const { audience, reason, replacing } = request
    const key = await keyOf(audience)
    for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
      const shared = await read(key, request)
      if (shared) return shared
      const lock = await store.lock(key)
      if (lock !== 'held') return acquireForAll(key, request, lock)
      // A renewal that nobody waits for does not wait either: the other process's token can be fetched later.
      if (reason === 'early' && replacing && request.wanted?.() === false) return replacing
      // When the holder dies its lock lapses, and of those who wait here one gets it.
      await sleep(pause * (0.5 + Math.random()), request.signal)
    }
  }

  async function acquireForAll(
    key: string,
    request: AcquireRequest,
    lock: StoreLock | undefined,
  ): Promise<AccessToken> {
    const release = () => lock?.release()
    // The try is given up then, even if the credential takes no notice.
    request.signal.addEventListener('abort', release)
    try {
      // Who held the lock before may have left a token since the last look.
      const shared = lock && (await read(key, request))
      if (shared) return shared
      // The store took its time, and the next try may have begun: a token request now would be one too many.
      request.signal.throwIfAborted()
      const token = checkedToken(await credential.acquire(request), request)
      await store.set(key, storeEntry(key, token), Math.floor(token.expiresAt - Date.now()))
      return token
    } finally {
      request.signal.removeEventListener('abort', release)
      await release() // before anybody has the answer: the process may end right after it
    }
  }

  async function read(key: string, request: AcquireRequest): Promise<AccessToken | undefined> {
    const { audience } = request
    // Before the question: the answer's lifetime is then counted as shorter than it is, never as longer.
    const readAt = Date.now()
    const stored = await store.get(key)
    if (!stored) return undefined
    const token = 'value' in stored ? storedToken(key, stored, readAt) : undefined
    if (token) return serves(token, request) ? token : undefined
    const why = 'rejected' in stored ? stored.rejected : 'malformed'
    observe({ type: 'store_entry_rejected', audience, why })
    return undefined
  }

  function keyOf(audience: string): Promise<string> {
    const key = keys.get(audience) ?? storeKey(identity, audience)
    keys.set(audience, key)
    return key
  }

  return acquire
}

/** Whether a stored token is what this acquisition is after. */
function serves(
  token: AccessToken,
  { claims, replacing, acquiredAfter = 0, reason }: AcquireRequest,
): boolean {
  if (Date.now() >= usableUntil(token)) return false
  if (claims !== undefined && token.claims !== claims) return false
  if (!replacing) return true
  // Only ever forward: a token older than the one to be replaced may have been refused here before.
  if (sameToken(token, replacing) || token.acquiredAt <= acquiredAfter) return false
  return reason !== 'early' || token.expiresAt > replacing.expiresAt
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const abort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal.addEventListener('abort', abort, { once: true })
  })
}
