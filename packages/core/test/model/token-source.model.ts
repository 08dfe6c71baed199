import type fc from 'fast-check'
import { vi } from 'vitest'
import { CloudPartnerAuthError } from '../../src/cloud-partner-auth-error.ts'
import type { AcquireRequest, Credential } from '../../src/credential/credential.ts'
import { sharedAcquisition } from '../../src/store/shared-acquisition.ts'
import { storeEntry } from '../../src/store/store-entry.ts'
import { storeKey } from '../../src/store/store-key.ts'
import { type AccessToken, accessToken } from '../../src/token/access-token.ts'
import { type TokenSource, tokenSource } from '../../src/token/token-source.ts'
import { type IssuedToken, isUsable, type Outage, outage } from './reference.ts'
import { type StoreKind, sharedStore } from './shared-store.ts'
import type { AuthorityStep, CrowdStep, Step } from './steps.ts'

const audience = 'https://api.example'
const identity = 'https://login.example/contoso.com/client'
const second = 1_000

const up: AuthorityStep = {
  type: 'authority',
  is: 'up',
  retryAfter: 0,
  lifetime: 600 * second,
  renewIn: undefined,
}

/** What a caller was given, and how it stood when it asked. */
interface Call {
  readonly asked: string
  readonly held: boolean
  readonly signal: AbortSignal
}

/** One source, the world it lives in, and the promises that every step is checked against. */
export interface World {
  run(step: Step): Promise<void>
  /** Lets everything come to rest, and says what is still waiting. */
  end(): Promise<void>
  readonly problems: readonly string[]
}

/** Without a store the source is alone. */
export function world(scheduler: fc.Scheduler, kind: StoreKind | undefined): World {
  const problems: string[] = []
  const issued = new Map<string, IssuedToken>()
  const given: AccessToken[] = []
  const store = kind && sharedStore(scheduler, kind)
  let number = 0
  let underWay = 0
  let authority: AuthorityStep = up
  let rotated = false
  let newest: IssuedToken | undefined
  let pausedUntil = 0
  /** The outage of a credential that breaks, from its first failure to anything else that it comes to. */
  let broken: Outage | undefined
  const open = new Set<Promise<unknown>>()

  function issue(): IssuedToken {
    const now = Date.now()
    if (authority.is === 'repeating' && newest && now < newest.expiresAt) return newest
    const { lifetime } = authority
    const value = `token-${++number}`
    const expiresAt = now + lifetime
    const token = { value, issuedAt: now, expiresAt, endsAt: performance.now() + lifetime }
    issued.set(token.value, token)
    newest = token
    return token
  }

  const credential: Credential = {
    identity,
    async acquire({ claims, signal }: AcquireRequest) {
      underWay++
      if (underWay > 1) problems.push('two acquisitions at a time')
      if (signal.aborted) problems.push('asked for a try that is over')
      const now = Date.now()
      if (now < pausedUntil) problems.push('asked during a cool-down or pause')
      if (broken?.isOver) broken = undefined
      if (broken?.call()) problems.push('asked too often in an outage')
      try {
        await unlessAborted(scheduler.schedule(Promise.resolve(), 'the authority answers'), signal)
        if (authority.is === 'hanging') await unlessAborted(new Promise(() => {}), signal)
        if (authority.is === 'limiting') {
          pausedUntil = Date.now() + authority.retryAfter
          throw failure('authority_unavailable', { retryable: true, retryAt: pausedUntil })
        }
        if (authority.is === 'busy') throw failure('authority_unavailable', { retryable: true })
        if (authority.is === 'breaking') {
          if (!broken) {
            broken = outage()
            broken.call()
          }
          throw Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' })
        }
        broken = undefined
        if (isLasting(authority) && !rotated) {
          pausedUntil = Date.now() + 5 * second
          throw lastingFailure(authority)
        }
        const { value, issuedAt, expiresAt } = issue()
        const { renewIn } = authority
        const renewAt = renewIn === undefined ? undefined : issuedAt + renewIn
        return accessToken({ value, acquiredAt: issuedAt, expiresAt, renewAt, claims })
      } finally {
        underWay--
      }
    },
    changed: async () => rotated,
  }

  const source: TokenSource = tokenSource({
    credential: store
      ? { ...credential, ...sharedAcquisition({ credential, store, observe }) }
      : credential,
    audience,
    observe,
  })

  function observe(): void {}

  function usable(token: IssuedToken | undefined): boolean {
    return token !== undefined && isUsable(token)
  }

  /** Whether the source holds a token that it may hand out: the newest it has given anybody. */
  function holdsOne(): boolean {
    const last = given.at(-1)
    return last !== undefined && usable(issued.get(last.reveal()))
  }

  function watch(call: Call, promise: Promise<AccessToken>): void {
    const settled = promise.then(
      token => {
        const known = issued.get(token.reveal())
        if (!known) problems.push(`${call.asked}: a foreign token`)
        else if (performance.now() >= known.endsAt) problems.push(`${call.asked}: an expired token`)
        if (!given.some(one => one.reveal() === token.reveal())) given.push(token)
      },
      error => {
        if (call.signal.aborted) {
          if (error !== call.signal.reason) problems.push(`${call.asked}: an abort lost its reason`)
          return
        }
        if (call.asked === 'get' && call.held) problems.push('failed while a valid token was held')
        if (error?.name !== 'CloudPartnerAuthError')
          problems.push(`${call.asked}: rejected with ${error}`)
      },
    )
    open.add(settled)
    void settled.finally(() => open.delete(settled))
  }

  async function run(step: Step): Promise<void> {
    if (step.type === 'get') {
      const call = { asked: 'get', held: holdsOne(), signal: abortIn(step.abortAfter) }
      watch(call, source.get({ signal: call.signal }))
    }
    if (step.type === 'refused' || step.type === 'challenged') {
      const refused = given.at(-1 - (step.which % Math.max(given.length, 1)))
      if (refused) {
        const after = step.type === 'refused' ? step.abortAfter : undefined
        const call = { asked: step.type, held: false, signal: abortIn(after) }
        const claims = step.type === 'challenged' ? step.claims : undefined
        watch(call, source.renew(refused, { claims, signal: call.signal }))
        checkStale(refused, claims)
      }
    }
    if (step.type === 'advance') await advance(step.by)
    if (step.type === 'crowd') await crowd(step)
    // Processes that share a store are taken to have the right time.
    if (step.type === 'clock' && !store) setClock(step.by)
    if (step.type === 'authority') {
      authority = step
      if (step.is !== 'breaking') broken = undefined
      if (isLasting(step)) rotated = false
      else pausedUntil = 0
    }
    if (step.type === 'rotate') {
      rotated = true
      pausedUntil = 0
    }
    if (step.type === 'store' && store) store.is = step.is
    if (step.type === 'otherProcessRenews' && authority.is === 'up') await renewElsewhere()
    if (step.type === 'otherProcessLocks') store?.lockElsewhere()
    await flush()
  }

  async function crowd({ callers, every, abortAfter }: CrowdStep): Promise<void> {
    for (let count = 0; count < callers; count++) {
      const call = { asked: 'get', held: holdsOne(), signal: abortIn(abortAfter) }
      watch(call, source.get({ signal: call.signal }))
      await advance(every)
    }
  }

  function setClock(by: number): void {
    vi.setSystemTime(Date.now() + by)
    pausedUntil = 0 // nobody knows any more how much of a pause is over
    newest = undefined // an authority that repeats a token says how long it lasts by its own clock
  }

  /** A token that has a newer one in its place is answered with that one, without a token request. */
  function checkStale(refused: AccessToken, claims: string | undefined): void {
    const current = given.at(-1)
    if (claims !== undefined || !current || current.reveal() === refused.reveal()) return
    if (!usable(issued.get(current.reveal()))) return
    const call = { asked: 'stale', held: true, signal: abortIn(undefined) }
    const renewal = source.renew(refused, { signal: call.signal })
    watch(call, renewal)
    renewal.then(
      token => {
        if (token.reveal() === refused.reveal())
          problems.push('a refused token while a newer is held')
      },
      () => {},
    )
  }

  async function renewElsewhere(): Promise<void> {
    const key = await storeKey(identity, audience)
    const { value, issuedAt, expiresAt } = issue()
    broken = undefined // the source may find it, and its next failure is another outage
    const token = accessToken({ value, acquiredAt: issuedAt, expiresAt })
    store?.writeElsewhere(key, storeEntry(key, token), expiresAt)
  }

  function abortIn(after: number | undefined): AbortSignal {
    const controller = new AbortController()
    if (after !== undefined) setTimeout(() => controller.abort(new Error('caller gave up')), after)
    return controller.signal
  }

  /** Time passes in steps, and in each the scheduler decides who goes first. */
  async function advance(by: number): Promise<void> {
    for (let left = by; left > 0; left -= 5 * second) {
      await vi.advanceTimersByTimeAsync(Math.min(left, 5 * second))
      await flush()
    }
  }

  async function flush(): Promise<void> {
    for (let idle = 0; idle < 20; idle++) {
      if (scheduler.count() > 0) {
        idle = 0
        await scheduler.waitOne()
      }
      await Promise.resolve()
    }
  }

  async function end(): Promise<void> {
    authority = up
    rotated = true
    if (store) store.is = 'up'
    pausedUntil = 0
    for (let waited = 0; open.size > 0 && waited < 60; waited++) await advance(5 * second)
    if (open.size > 0) problems.push(`${open.size} callers wait for ever`)
    await advance(60 * second) // any pause that the authority asked for is over
    const call = { asked: 'get', held: true, signal: abortIn(undefined) }
    watch(call, source.get())
    for (let waited = 0; open.size > 0 && waited < 20; waited++) await advance(5 * second)
    if (open.size > 0) problems.push('no token after everything is well again')
    if (store?.lockedBy === 'us') problems.push('a lock is left behind')
  }

  return { run, end, problems }
}

function unlessAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    promise.then(resolve, reject)
  })
}

const lasting: readonly AuthorityStep['is'][] = ['denying', 'refusingInOtherWords', 'final']

function isLasting({ is }: AuthorityStep): boolean {
  return lasting.includes(is)
}

/** What our own credentials say, what others have from Entra, and what they know themselves. */
function lastingFailure({ is }: AuthorityStep): Error {
  if (is === 'denying') return failure('authority_refused', { retryable: false })
  const said = new Error('AADSTS7000222: The provided client secret keys are expired.')
  return is === 'final'
    ? Object.assign(new Error('There is no such secret'), { retryable: false })
    : new Error('No credential of the chain gave a token', { cause: said })
}

function failure(
  code: 'authority_unavailable' | 'authority_refused',
  how: { readonly retryable: boolean; readonly retryAt?: number },
) {
  return new CloudPartnerAuthError(code, 'The model says so.', how)
}
