import fc from 'fast-check'
import { vi } from 'vitest'
import { CloudPartnerAuthError } from '../../src/cloud-partner-auth-error.ts'
import type { AcquireRequest, Credential } from '../../src/credential/credential.ts'
import { sharedAcquisition } from '../../src/store/shared-acquisition.ts'
import { storeEntry } from '../../src/store/store-entry.ts'
import { storeKey } from '../../src/store/store-key.ts'
import type { StoredValue, StoreLock, TokenStore } from '../../src/store/token-store.ts'
import { type AccessToken, accessToken } from '../../src/token/access-token.ts'
import { type TokenSource, tokenSource } from '../../src/token/token-source.ts'
import { handedOutUntil, type IssuedToken } from './reference.ts'

const audience = 'https://api.example'
const identity = 'https://login.example/contoso.com/client'
const second = 1_000

/** The steps a run is made of. Which of them are legal depends on nothing: any may come at any time. */
export type Step =
  | { readonly type: 'get'; readonly abortAfter: number | undefined }
  | { readonly type: 'refused'; readonly which: number; readonly abortAfter: number | undefined }
  | { readonly type: 'challenged'; readonly which: number; readonly claims: string }
  | { readonly type: 'advance'; readonly by: number }
  | {
      readonly type: 'authority'
      readonly is: 'up' | 'busy' | 'limiting' | 'denying' | 'repeating' | 'hanging'
      /** With which it limits, in ms. */
      readonly retryAfter: number
    }
  | { readonly type: 'rotate' }
  | { readonly type: 'store'; readonly is: 'up' | 'throwing' }
  | { readonly type: 'otherProcessRenews' }
  | { readonly type: 'otherProcessLocks' }

const abortAfter = fc.option(fc.integer({ min: 0, max: 3 * second }), { nil: undefined, freq: 4 })
const which = fc.nat(3)

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ type: fc.constant('get' as const), abortAfter }) },
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constant('refused' as const), which, abortAfter }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('challenged' as const),
        which,
        claims: fc.constantFrom('{"a":1}', '{"b":2}'),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        type: fc.constant('advance' as const),
        by: fc.oneof(...[0, 2, 60, 400].map(most => fc.nat(most * second))),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('authority' as const),
        is: fc.constantFrom('up', 'up', 'busy', 'limiting', 'denying', 'repeating', 'hanging'),
        retryAfter: fc.nat(60 * second),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('rotate' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant('store' as const),
        is: fc.constantFrom('up', 'throwing'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('otherProcessRenews' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('otherProcessLocks' as const) }) },
  ),
  { minLength: 1, maxLength: 30 },
)

/** What a caller was given, and how it stood when it asked. */
interface Call {
  readonly asked: string
  readonly held: boolean
  readonly signal: AbortSignal
}

/** The store that other processes write to as well. */
export interface StoreKind {
  /** In ms. */
  readonly timeLimit: number
  readonly locks: boolean
}

/** One source, the world it lives in, and the promises that every step is checked against. */
export interface World {
  run(step: Step): Promise<void>
  /** Lets everything come to rest, and says what is still waiting. */
  end(): Promise<void>
  readonly problems: readonly string[]
}

/** Without a store the source is alone. */
export function world(scheduler: fc.Scheduler, shared: StoreKind | undefined): World {
  const problems: string[] = []
  const issued = new Map<string, IssuedToken>()
  const given: AccessToken[] = []
  const entries = new Map<string, { value: string; until: number }>()
  let number = 0
  let underWay = 0
  let authority: Extract<Step, { type: 'authority' }>['is'] = 'up'
  let retryAfter = 0
  let storeIs: 'up' | 'throwing' = 'up'
  let locked: { readonly owner: 'us' | 'another'; readonly until: number } | undefined
  let rotated = false
  let newest: IssuedToken | undefined
  let pausedUntil = 0
  const open = new Set<Promise<unknown>>()

  function issue(): IssuedToken {
    const now = Date.now()
    if (authority === 'repeating' && newest && now < newest.expiresAt) return newest
    const token = { value: `token-${++number}`, issuedAt: now, expiresAt: now + 600 * second }
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
      try {
        await unlessAborted(scheduler.schedule(Promise.resolve(), 'the authority answers'), signal)
        if (authority === 'hanging') await unlessAborted(new Promise(() => {}), signal)
        if (authority === 'limiting') {
          pausedUntil = Date.now() + retryAfter
          throw failure('authority_unavailable', { retryable: true, retryAt: pausedUntil })
        }
        if (authority === 'busy') throw failure('authority_unavailable', { retryable: true })
        if (authority === 'denying' && !rotated) {
          pausedUntil = Date.now() + 5 * second
          throw failure('authority_refused', { retryable: false })
        }
        const { value, issuedAt, expiresAt } = issue()
        return accessToken({ value, acquiredAt: issuedAt, expiresAt, claims })
      } finally {
        underWay--
      }
    },
    changed: async () => rotated,
  }

  const store: TokenStore = {
    unencrypted: true,
    timeLimit: shared?.timeLimit,
    async get(key): Promise<StoredValue | undefined> {
      await scheduler.schedule(Promise.resolve(), 'the store reads')
      if (storeIs === 'throwing') throw new Error('ECONNREFUSED')
      const entry = entries.get(key)
      if (!entry || Date.now() >= entry.until) return undefined
      return { value: entry.value, lifetime: entry.until - Date.now() }
    },
    async set(key, value, lifetime) {
      await scheduler.schedule(Promise.resolve(), 'the store writes')
      if (storeIs === 'throwing') throw new Error('ECONNREFUSED')
      entries.set(key, { value, until: Date.now() + lifetime })
    },
    ...(shared?.locks && { lock }),
  }

  async function lock(): Promise<StoreLock | undefined> {
    await scheduler.schedule(Promise.resolve(), 'the store locks')
    if (storeIs === 'throwing') throw new Error('ECONNREFUSED')
    if (isLocked()) return undefined
    const mine = lockFor('us')
    return {
      async release() {
        await scheduler.schedule(Promise.resolve(), 'the store releases')
        if (locked === mine) locked = undefined
      },
    }
  }

  function lockFor(owner: 'us' | 'another') {
    locked = { owner, until: Date.now() + 15 * second }
    return locked
  }

  function isLocked(): boolean {
    return locked !== undefined && Date.now() < locked.until
  }

  const source: TokenSource = tokenSource({
    credential: shared
      ? { ...credential, acquire: sharedAcquisition({ credential, identity, store, observe }) }
      : credential,
    audience,
    observe,
  })

  function observe(): void {}

  function usable(token: IssuedToken | undefined): boolean {
    return token !== undefined && Date.now() < handedOutUntil(token)
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
        else if (Date.now() >= known.expiresAt) problems.push(`${call.asked}: an expired token`)
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
    if (step.type === 'authority') {
      authority = step.is
      retryAfter = step.retryAfter
      if (step.is === 'denying') rotated = false
      else pausedUntil = 0
    }
    if (step.type === 'rotate') {
      rotated = true
      pausedUntil = 0
    }
    if (step.type === 'store') storeIs = step.is
    if (step.type === 'otherProcessRenews' && authority === 'up') await renewElsewhere()
    if (step.type === 'otherProcessLocks' && !isLocked()) lockFor('another')
    await flush()
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
    const token = accessToken({ value, acquiredAt: issuedAt, expiresAt })
    entries.set(key, { value: storeEntry(key, token), until: expiresAt })
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
    authority = 'up'
    rotated = true
    storeIs = 'up'
    pausedUntil = 0
    for (let waited = 0; open.size > 0 && waited < 60; waited++) await advance(5 * second)
    if (open.size > 0) problems.push(`${open.size} callers wait for ever`)
    await advance(60 * second) // any pause that the authority asked for is over
    const call = { asked: 'get', held: true, signal: abortIn(undefined) }
    watch(call, source.get())
    for (let waited = 0; open.size > 0 && waited < 20; waited++) await advance(5 * second)
    if (open.size > 0) problems.push('no token after everything is well again')
    if (isLocked() && locked?.owner === 'us') problems.push('a lock is left behind')
  }

  return { run, end, problems }
}

function unlessAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    promise.then(resolve, reject)
  })
}

function failure(
  code: 'authority_unavailable' | 'authority_refused',
  how: { readonly retryable: boolean; readonly retryAt?: number },
) {
  return new CloudPartnerAuthError(code, 'The model says so.', how)
}
