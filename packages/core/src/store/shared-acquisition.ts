import type { AcquireRequest, Credential } from '../credential/credential.ts'
import { incomplete } from '../environment.ts'
import { type AccessToken, sameToken, usableUntil } from '../token/access-token.ts'
import { checkedToken } from '../token/checked-token.ts'
import { unlessAborted } from '../token/one-acquisition.ts'
import type { Observe } from '../token/token-event.ts'
import { boundedStore } from './bounded-store.ts'
import { noIdentity } from './check-store.ts'
import { type GentleWait, gentleWait } from './gentle-wait.ts'
import {
  afterFailure,
  afterSuccess,
  aged,
  concerning,
  pauseLeft,
  type SharedFailure,
  type SharedFailures,
  toldFailure,
} from './shared-failure.ts'
import { type SharedLook, sharedState } from './shared-state.ts'
import { storeKey } from './store-key.ts'
import type { LookOptions, TokenStore } from './token-store.ts'

/**
 * An acquisition that a fleet shares: takes the token that another process left in the store, or waits for the one
 * that another process is acquiring, or fails as another one failed a moment ago, or holds the lock and acquires a token
 * for all of them.
 */
export function sharedAcquisition(options: {
  readonly credential: Credential
  readonly store: TokenStore
  readonly observe: Observe
}): Required<Pick<Credential, 'acquire' | 'changed'>> {
  const { credential, observe } = options
  const state = sharedState(boundedStore(options.store, observe))
  const keys = new Map<string, Promise<string>>()
  const waits = new Map<string, GentleWait>()
  /** The lasting failure that this process knows of another one only. */
  let told: SharedFailures | undefined
  /** Whether the last token request of this process failed. */
  let again = false

  async function acquire(request: AcquireRequest): Promise<AccessToken> {
    const { audience, reason, replacing, limit = 10_000, signal } = request
    const key = await keyOf(audience)
    const waiting = waitOf(key)
    const wait = waiting.forTry(limit, signal)
    const report = once((why: NonNullable<SharedLook['rejected']>) =>
      observe({ type: 'store_entry_rejected', audience, why }),
    )
    let lockWish: LookOptions['lock'] = waiting.afterFailure ? 'never' : 'unless_entry'
    for (;;) {
      const seen = await state.look(key, { lock: lockWish })
      const { token, failures, lock, rejected } = seen
      const release = async () => typeof lock === 'object' && lock.release()
      if (rejected) report(rejected)
      if (token && serves(token, request)) {
        waiting.end()
        await release()
        return token
      }
      const own = await concerning(credential, failures)
      const standing = standingFailure(own, request, again)
      // With no time left for a token request, what the others were told says more than that the time is up.
      const late = wait.left <= 0 ? own.find(({ proof }) => proof === undefined) : undefined
      if (lock === 'not_asked' && lockWish !== 'always' && !standing && !late && !signal.aborted) {
        lockWish = 'always'
        continue
      }
      if (lock !== 'held' && !standing && !late && !signal.aborted) {
        return acquireForAll(key, request, { ...seen, own })
      }
      await release()
      signal.throwIfAborted()
      if (standing) {
        const { failure, left, waited } = standing
        if (failure.proof) told = { salt: failures.salt, list: [failure] }
        waiting.afterFailure = true
        if (!waited || !(await wait.until(left))) throw toldFailure(failure, left)
      } else {
        // A renewal that nobody waits for does not wait either: the other process's token can be fetched later.
        if (reason === 'early' && replacing && request.wanted?.() === false) return replacing
        if (late) throw toldFailure(late, 0)
        await wait.pause()
      }
      // When the holder dies its lock lapses, and of those who wait here one gets it. When it fails, they are only told of
      // that: the lock is not taken before there is something to do with it.
      lockWish = 'never'
    }
  }

  async function acquireForAll(
    key: string,
    request: AcquireRequest,
    { failures, own, lock }: SharedLook & { readonly own: readonly SharedFailure[] },
  ): Promise<AccessToken> {
    const beganAt = performance.now()
    const known = () => aged(failures, performance.now() - beganAt)
    told = undefined
    try {
      // The try is given up when its time is over, even if the credential takes no notice.
      const acquired = await unlessAborted(credential.acquire(request), request.signal)
      const token = checkedToken(acquired, request)
      again = false
      waitOf(key).end()
      await state.leaveToken(key, token)
      if (own.length > 0) await state.leaveFailures(key, afterSuccess(known(), own))
      return token
    } catch (thrown) {
      again = true
      const next = await afterFailure(known(), { thrown, credential, claims: request.claims })
      if (next) await state.leaveFailures(key, next)
      throw thrown
    } finally {
      // Before anybody has the answer: the process may end right after it.
      if (typeof lock === 'object') await lock.release()
    }
  }

  /** Whether the credential would prove itself by something else than what was refused, here or elsewhere. */
  async function changed(): Promise<boolean> {
    if (told) return (await concerning(credential, told)).length === 0
    return (await credential.changed?.()) ?? false
  }

  function waitOf(key: string): GentleWait {
    const wait = waits.get(key) ?? gentleWait()
    waits.set(key, wait)
    return wait
  }

  function keyOf(audience: string): Promise<string> {
    const { identity } = credential // of one that is looked up in the environment, known by now
    if (!identity) throw incomplete(noIdentity)
    const place = JSON.stringify([identity, audience])
    const key = keys.get(place) ?? storeKey(identity, audience)
    keys.set(place, key)
    return key
  }

  return { acquire, changed }
}

interface StandingFailure {
  readonly failure: SharedFailure
  /** Milliseconds until the fleet tries again. */
  readonly left: number
  /** Whether this acquisition may wait for that. */
  readonly waited: boolean
}

/** The failure for which no token is asked for now: of several, the one that lasts longest. */
function standingFailure(
  own: readonly SharedFailure[],
  { reason, wanted }: AcquireRequest,
  again: boolean,
): StandingFailure | undefined {
  const longest = (background: boolean) =>
    own
      .map(failure => ({ failure, left: pauseLeft(failure, { background, again }) }))
      .filter(({ left }) => left > 0)
      .sort((one, other) => other.left - one.left)[0]
  // Fewer tries are made for what nobody waits for. Asking whether anybody does closes the door to those who come later.
  const unwaited = reason === 'early' ? longest(true) : undefined
  if (unwaited && wanted?.() === false) return { ...unwaited, waited: false }
  const standing = longest(false)
  return standing && { ...standing, waited: standing.failure.proof === undefined }
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

/** `act`, the first time only. */
function once<Argument>(act: (argument: Argument) => void): (argument: Argument) => void {
  let done = false
  return argument => {
    if (!done) act(argument)
    done = true
  }
}
