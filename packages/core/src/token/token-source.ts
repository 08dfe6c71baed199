import type { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import type { Credential } from '../credential/credential.ts'
import { type AccessToken, sameToken, usableUntil } from './access-token.ts'
import { acquire, hasChanged, longestWait } from './acquisition.ts'
import { refusalCoolDown } from './cool-down.ts'
import { earlyRenewal } from './early-renewal.ts'
import { failureMemory } from './failure-memory.ts'
import type { AcquisitionReason, Observe } from './token-event.ts'
import { unlessAborted, unlessLate } from './waiting.ts'

/** One token for one credential and audience, always current. However many callers: one token request at a time. */
export interface TokenSource {
  /**
   * The current token. Without one, waits for the acquisition under way or begins it; rejects with a
   * `CloudPartnerAuthError` when none can be had, or with the signal's reason, which ends this caller's waiting only.
   */
  get(options?: { readonly signal?: AbortSignal | undefined }): Promise<AccessToken>
  /**
   * The token to use in place of one the API refused: the current one where `refused` was replaced already, else
   * a renewed one. Resolves with `refused` itself where renewing is pointless: a renewed token was refused a
   * moment ago, or the authority hands out the same one again.
   */
  renew(
    refused: AccessToken,
    options?: { readonly claims?: string | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<AccessToken>
}

interface Acquisition {
  readonly claims: string | undefined
  readonly token: Promise<AccessToken>
}

const second = 1_000
const day = 24 * 60 * 60 * second

export interface TokenSourceOptions {
  readonly credential: Credential
  readonly audience: string
  readonly observe: Observe
}

export function tokenSource(options: TokenSourceOptions): TokenSource {
  const { credential, audience, observe } = options
  const failures = failureMemory()
  const refusals = refusalCoolDown()
  const early = earlyRenewal()

  let held: AccessToken | undefined
  let handed: Promise<AccessToken> | undefined
  let heldUntil = 0
  let acquisition: Acquisition | undefined
  let triedAt = 0
  let waiting = 0
  let lookedAt = 0
  let quietUntil = 0
  let lastUsedAt = 0
  let acceptedAt = 0

  function get(options?: { readonly signal?: AbortSignal | undefined }): Promise<AccessToken> {
    const signal = options?.signal
    if (signal?.aborted) return Promise.reject(signal.reason)
    const now = Date.now()
    if (handed && now < quietUntil) return handed
    if (!handed || now >= heldUntil) return wait(obtainOwn(held ? 'expired' : 'first'), signal)
    if (now >= early.dueAt) renewEarly()
    if (now >= lastUsedAt + 2 * second) {
      // What it was handed out for so long before has been answered, and with no refusal.
      acceptedAt = lastUsedAt
      lastUsedAt = now
    }
    quietUntil = Math.min(lastUsedAt + 2 * second, heldUntil, early.dueAt)
    return handed
  }

  /** For a caller without a usable token, who came now and has the time of one acquisition. */
  async function obtainOwn(reason: AcquisitionReason): Promise<AccessToken> {
    const joined = acquisition
    const cameAt = Date.now()
    const token = joined?.token ?? obtain(reason)
    const last = held
    // Nobody waits beyond the life of a token that is valid still.
    const left = last ? last.expiresAt - second - cameAt : 0
    try {
      return await (last && left > 0 ? unlessLate(token, left, async () => last) : token)
    } catch (thrown) {
      if (held && Date.now() < heldUntil) return held // in its last seconds, but all there is
      // A try that hung since before the caller came says nothing about now.
      if (!joined || triedAt >= cameAt) throw thrown
      return unlessLate(obtain(reason), cameAt + longestWait - Date.now(), () =>
        Promise.reject(thrown),
      )
    }
  }

  async function obtain(reason: AcquisitionReason): Promise<AccessToken> {
    await failWhileRemembered()
    return (acquisition ?? begin(reason)).token
  }

  async function renew(
    refused: AccessToken,
    {
      claims,
      signal,
    }: { readonly claims?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<AccessToken> {
    // Everything is looked at anew after each wait, so that what is begun is begun in the turn it was found missing.
    while (isCurrent(refused, claims)) {
      // Only an acquisition with the same claims answers a claims challenge; a plain refusal is content with any.
      if (acquisition && (claims === undefined || acquisition.claims === claims)) {
        return wait(acquisition.token, signal)
      }
      if (acquisition) {
        const ended = acquisition.token.catch(() => undefined)
        await wait(ended, signal)
      } else if (held && isPaused(held, refused)) {
        return held
      } else if (failures.recall(Date.now())) {
        await wait(failWhileRemembered(), signal)
      } else {
        return wait(begin(claims === undefined ? 'refused' : 'claims', claims).token, signal)
      }
    }
    return get({ signal })
  }

  /** Claims that nobody has asked for since the pause began are not put off; all else is content with what is held. */
  function isPaused(current: AccessToken, refused: AccessToken): boolean {
    const paused = Date.now() < refusals.until
    return paused && (sameToken(current, refused) || current.claims !== undefined)
  }

  /** Whether the refused token is what a renewal would have to replace. */
  function isCurrent(refused: AccessToken, claims: string | undefined): boolean {
    if (!held || Date.now() >= heldUntil) return false
    return sameToken(held, refused) || (claims !== undefined && held.claims !== claims)
  }

  function renewEarly(): void {
    early.begin()
    if (!acquisition) begin('early')
  }

  function begin(reason: AcquisitionReason, claims?: string): Acquisition {
    const mine: Acquisition = { claims, token: Promise.resolve().then(run) }
    acquisition = mine
    // Nobody may be waiting; its failure is an event then, never an unhandled rejection.
    mine.token.catch(() => {})
    return mine

    async function run(): Promise<AccessToken> {
      const beganAt = Date.now()
      const replacing = held
      // Revocation strikes all tokens issued until then: one that is older than the last success is refused as well.
      const acquiredAfter = Math.max(held?.acquiredAt ?? 0, reason === 'refused' ? acceptedAt : 0)
      try {
        const token = await acquire(
          credential,
          { audience, claims, reason, replacing, acquiredAfter, wanted },
          {
            notBefore: failures.pausedUntil,
            trying() {
              triedAt = Date.now()
            },
          },
        )
        if (token === replacing) {
          early.putOff() // another process is renewing it
          return token
        }
        hold(token)
        warnOfExpiry()
        if (reason === 'refused' || reason === 'claims') {
          // One that was renewed elsewhere a while ago is no freshly renewed one.
          refusals.start(token.shared ? token.acquiredAt : Date.now())
        }
        observe({
          type: 'token_acquired',
          audience,
          reason,
          from: token.shared ? 'store' : 'authority',
          expiresAt: token.expiresAt,
          took: Date.now() - beganAt,
        })
        return token
      } catch (thrown) {
        const error = remember(thrown as CloudPartnerAuthError) // acquire() throws nothing else
        const { code, aadsts, retryAt } = error
        observe({ type: 'acquisition_failed', audience, reason, code, aadsts, retryAt })
        throw error
      } finally {
        if (acquisition === mine) acquisition = undefined
      }
    }

    // Tries go on only for somebody, and not while a token is valid still. Giving up closes the door in the same instant:
    // who comes later begins anew.
    function wanted(): boolean {
      const more = waiting > 0 && !(reason === 'expired' && held && Date.now() < held.expiresAt)
      if (!more && acquisition === mine) acquisition = undefined
      return more
    }
  }

  function hold(token: AccessToken): void {
    held = token
    quietUntil = 0
    lastUsedAt = 0
    acceptedAt = 0
    handed = Promise.resolve(token)
    heldUntil = usableUntil(token)
    early.plan(token)
    failures.forget()
  }

  function warnOfExpiry(): void {
    const { identity, expiresAt } = credential
    if (expiresAt === undefined || expiresAt - Date.now() > 30 * day) return
    observe({ type: 'credential_expiring', identity, expiresAt })
  }

  function remember(error: CloudPartnerAuthError): CloudPartnerAuthError {
    const known = failures.note(error, Date.now())
    early.putOff(known.retryAt)
    // While no other can be had, a token is used to its last second.
    if (held) heldUntil = held.expiresAt
    lookedAt = Date.now() // the acquisition has looked already
    return known
  }

  async function failWhileRemembered(): Promise<void> {
    const now = Date.now()
    const failure = failures.recall(now)
    if (!failure) return
    if (failure.retryable || now < lookedAt + second) throw failure
    lookedAt = now
    if (!(await hasChanged(credential))) throw failure
    failures.forget()
  }

  async function wait<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    waiting++
    try {
      return await (signal ? unlessAborted(promise, signal) : promise)
    } finally {
      waiting--
    }
  }

  return { get, renew }
}
