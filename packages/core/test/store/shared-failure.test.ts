import { describe, expect, it } from 'vitest'
import { CloudPartnerAuthError } from '../../src/cloud-partner-auth-error.ts'
import type { Credential } from '../../src/credential/credential.ts'
import type { TokenStore } from '../../src/store/token-store.ts'
import { countedCredential, type Issue, numbered } from '../fixtures/counted-credential.ts'
import { busy, denied } from '../fixtures/failures.ts'
import { pass, withFakeClock } from '../fixtures/fake-clock.ts'
import { withHashesAtOnce } from './fixtures/hashes-at-once.ts'
import { type MemoryStore, memoryStore, withLook } from './fixtures/memory-store.ts'
import {
  type ProcessWithStore,
  processWithStore,
  soon,
  until,
} from './fixtures/process-with-store.ts'

const second = 1_000
const minute = 60 * second

describe('while the authority is busy', () => {
  withFakeClock()
  withHashesAtOnce()

  it('a fleet makes the tries of one process, and its callers fail as they would there', async () => {
    const tries: Record<number, number> = {}
    for (const size of [1, 30]) {
      const credential = countedCredential(() => {
        throw busy()
      })
      const store = memoryStore()
      const { failures } = await underLoad(fleet(size, credential, store), 10 * minute)
      tries[size] = credential.requests.length
      expect(failures.length).toBeGreaterThan(0)
      for (const failure of failures) {
        expect(failure).toMatchObject({
          code: 'authority_unavailable',
          status: 503,
          retryable: true,
        })
      }
    }
    expect(tries[30]).toBeLessThanOrEqual((tries[1] ?? 0) + 10)
  })

  it('the store has one operation a second and waiting process at most after the first three, to the very end', async () => {
    let down = true
    const credential = countedCredential(async (call, request) => {
      await new Promise(resume => setTimeout(resume, 300))
      if (down) throw busy()
      return numbered()(call, request)
    })
    const below = memoryStore()
    const store = withLook(below)
    const processes = fleet(50, credential, store)
    const operations = () =>
      store.looks + below.calls.filter(call => call === 'set' || call === 'release').length
    const perSecond: number[] = []
    for (let elapsed = 0; elapsed < 100 * second; elapsed += second) {
      if (elapsed === 60 * second) down = false
      const before = operations()
      await underLoad(processes, second)
      perSecond.push(operations() - before)
    }
    expect(processes.every(one => one.current())).toBe(true)
    expect(Math.max(...perSecond.slice(0, 2))).toBeGreaterThan(50)
    expect(Math.max(...perSecond.slice(3))).toBeLessThanOrEqual(50)
  })

  it('a fleet of which nobody waits tries every 30 s, as one process does', async () => {
    const store = memoryStore()
    let up = true
    const times: number[] = []
    const credential = countedCredential((call, request) => {
      times.push(Date.now())
      if (up) return numbered()(call, request)
      throw busy()
    })
    const processes = fleet(30, credential, store)
    await inTime(Promise.all(processes.map(one => one.get())))
    await pass(54 * minute)
    up = false
    times.length = 0
    // Four minutes in which each has a token that is valid still, and is renewed early.
    const { failures } = await underLoad(processes, 4 * minute)
    expect(failures).toEqual([])
    expect(times.length).toBeLessThanOrEqual(11)
    expect(times.length).toBeGreaterThan(4)
  })

  it('nobody asks before the instant that one process was told (Retry-After), and all say so', async () => {
    const store = memoryStore()
    const credential = countedCredential((call, request) => {
      if (call === 1) throw busy(Date.now() + 100 * second)
      return numbered()(call, request)
    })
    const [first, ...others] = fleet(20, credential, store)
    const until = Date.now() + 100 * second
    await expect(soon(first?.get() as Promise<never>)).rejects.toMatchObject({ retryAt: until })
    await pass(10 * second)
    for (const one of others) {
      const error = await soon(one.get().catch(error => error))
      expect(error).toMatchObject({ code: 'authority_unavailable', status: 503 })
      expect(error.retryAt).toBeLessThanOrEqual(until)
      expect(error.retryAt).toBeGreaterThan(until - second)
      expect(one.events).toEqual([
        expect.objectContaining({ type: 'acquisition_failed', from: 'store' }),
      ])
    }
    await underLoad(others, 80 * second)
    expect(credential.requests).toHaveLength(1)
    await underLoad(others, 60 * second)
    expect(credential.requests).toHaveLength(2)
  })

  it('whoever comes once no more than 25 s are left of that pause is served after it, as one process is', async () => {
    const store = memoryStore()
    const credential = countedCredential(async (call, request) => {
      if (call === 1) throw busy(Date.now() + 60 * second)
      await new Promise(resume => setTimeout(resume, 1_500))
      return numbered()(call, request)
    })
    const processes = fleet(30, credential, store)
    await underLoad(processes, 36 * second)
    const { tokens, failures } = await underLoad(processes, 36 * second)
    expect(failures).toEqual([])
    expect(new Set(tokens)).toEqual(new Set(['token-2']))
    expect(tokens).toHaveLength(30 * 72)
  })

  it('a token ends it for all: the next failure is the first in a row', async () => {
    const store = memoryStore()
    let down = true
    const credential = countedCredential((call, request) => {
      if (down) throw busy()
      return numbered()(call, request)
    })
    const [one] = fleet(1, credential, store) as [ProcessWithStore]
    await underLoad([one], 60 * second)
    expect(store.failure).toBeDefined()
    down = false
    await underLoad([one], 20 * second)
    await pass(10)
    expect(store.failure?.lifetime ?? 0).toBeLessThanOrEqual(0)
  })
})

describe('an authority that is not reached', () => {
  withFakeClock()
  withHashesAtOnce()

  it('is tried by four others at once, since it may be one process that is cut off', async () => {
    const store = memoryStore()
    const cutOff = countedCredential(() => {
      throw unreachable()
    })
    const well = countedCredential()
    const failing = fleet(4, cutOff, store).map(one => one.get().catch(error => error))
    while (cutOff.requests.length < 4) await flow(100)
    const [other] = fleet(1, well, store) as [ProcessWithStore]
    const asked = store.calls.length
    const token = other.get()
    await until(() => store.calls.length > asked)
    const cameAt = Date.now()
    expect((await inTime(token)).reveal()).toBe('token-1')
    // Each of the four has failed once by then, and leaves the next tries to others: its own would be seconds later.
    expect(Date.now() - cameAt).toBeLessThanOrEqual(second)
    expect(cutOff.requests.length).toBeLessThanOrEqual(6)
    for (const one of failing) expect((await inTime(one)).reveal()).toBe('token-1')
  })

  it('is not taken for so by what only one process can know', async () => {
    const store = memoryStore()
    const broken = processWithStore(
      countedCredential(() => {
        throw new Error('the callback of this process')
      }),
      store,
    )
    await inTime(broken.get().catch(error => error))
    expect(store.failure).toBeUndefined()
    const well = countedCredential()
    await soon(processWithStore(well, store).get())
    expect(well.requests).toHaveLength(1)
  })
})

describe('a secret that was refused', () => {
  withFakeClock()
  withHashesAtOnce()

  it('is known to all who have it, by one token request, with all that was said', async () => {
    const store = memoryStore()
    const credential = secret('wrong', () => {
      throw denied()
    })
    const [first, ...others] = fleet(30, credential, store)
    const own = await soon(first?.get().catch(error => error) as Promise<CloudPartnerAuthError>)
    await pass(second)
    for (const one of others) {
      const error: CloudPartnerAuthError = await soon(one.get().catch(error => error))
      const { code, status, oauthError, aadsts, correlationId, traceId, retryable } = own
      expect(error).toMatchObject({
        ...{ code, status, oauthError, aadsts, correlationId, traceId, retryable },
        since: own.since,
        retryAt: own.retryAt,
      })
      expect(error.message).toBe(own.message)
      expect(one.events[0]).toMatchObject({ type: 'acquisition_failed', from: 'store' })
    }
    expect(credential.requests).toHaveLength(1)
  })

  it('costs a fleet as many token requests as one process: 12 in ten minutes at most', async () => {
    for (const aadsts of [7000215, 7000222]) {
      const counts = []
      for (const size of [1, 30]) {
        const credential = secret('wrong', () => {
          throw denied(aadsts)
        })
        await underLoad(fleet(size, credential, memoryStore()), 10 * minute)
        counts.push(credential.requests.length)
      }
      const [one = 0, all = 0] = counts
      expect(all).toBeLessThanOrEqual(one)
      expect(all).toBeLessThanOrEqual(12)
    }
  })

  it('holds nobody up who has another one, and all are served by the first who has', async () => {
    const store = memoryStore()
    const wrong = secret('wrong', () => {
      throw denied()
    })
    const late = fleet(10, wrong, store)
    await underLoad(late, 100 * second)
    const right = secret('right')
    const [rotated] = fleet(1, right, store) as [ProcessWithStore]
    const asked = wrong.requests.length
    expect((await soon(rotated.get())).reveal()).toBe('token-1')
    // The one that was refused last looks again when its own cool-down is over, the others sooner.
    await underLoad(late, 40 * second)
    const served = late.map(one =>
      one.get().then(
        token => token.reveal(),
        () => undefined,
      ),
    )
    expect((await soon(Promise.all(served))).filter(Boolean).length).toBeGreaterThanOrEqual(9)
    await underLoad(late, 30 * second)
    for (const one of late) expect((await one.get()).reveal()).toBe('token-1')
    expect(wrong.requests.length).toBe(asked)
  })

  it('ends for a process that was only told of it when its own is another one', async () => {
    const store = memoryStore()
    const wrong = secret('wrong', () => {
      throw denied()
    })
    await soon(
      processWithStore(wrong, store)
        .get()
        .catch(() => {}),
    )
    let own = 'wrong'
    const rotating = {
      ...countedCredential((call, request) => {
        if (own === 'wrong') throw denied()
        return numbered()(call, request)
      }),
      digest: async (salt: string) => digestOf(own, salt),
      changed: async () => true, // as one says that has never been refused itself
    }
    const one = processWithStore(rotating, store)
    for (let step = 0; step < 4; step++) {
      await expect(soon(one.get())).rejects.toMatchObject({ aadsts: 7000215 })
      await pass(1_100)
    }
    expect(rotating.requests).toHaveLength(0)
    own = 'right'
    expect((await soon(one.get())).reveal()).toBe('token-1')
  })

  it('is no matter of others where the credential cannot say what it is', async () => {
    const store = memoryStore()
    const credential = countedCredential(() => {
      throw denied()
    })
    for (const one of fleet(3, credential, store)) await soon(one.get().catch(() => {}))
    expect(credential.requests).toHaveLength(3)
    expect(store.failure).toBeUndefined()
  })

  it('is none where claims were refused, or it was replaced while it was refused', async () => {
    const store = memoryStore()
    const credential = secret('right', (call, request) => {
      if (request.claims !== undefined) throw denied()
      return numbered()(call, request)
    })
    const [one] = fleet(1, credential, store) as [ProcessWithStore]
    const token = await soon(one.get())
    await soon(one.renew(token, { claims: '{"a":1}' }).catch(() => {}))
    expect(store.failure).toBeUndefined()
    const replaced = {
      ...secret('old', () => {
        throw denied()
      }),
      changed: async () => true,
    }
    store.entry = undefined
    await soon(
      processWithStore(replaced, store)
        .get()
        .catch(() => {}),
    )
    expect(replaced.requests).toHaveLength(2)
    expect(store.failure).toBeUndefined()
  })

  it('cannot be read from the store', async () => {
    const store = memoryStore()
    const credential = secret('S3cr~t-canary', () => {
      throw denied()
    })
    await soon(
      processWithStore(credential, store)
        .get()
        .catch(() => {}),
    )
    expect(store.failure?.value).toContain('authority_refused')
    expect(store.failure?.value).not.toContain('canary')
  })
})

describe('an entry of failures', () => {
  withFakeClock()
  withHashesAtOnce()

  const putBack: Spoil = (store, _, failure) => {
    store.failure = failure
  }
  const lockHeld: Spoil = async store => void (await store.lock('any'))
  it.each<[string, () => CloudPartnerAuthError, Spoil]>([
    ['a passing one, put back', () => busy(Date.now() + 3_600 * second), putBack],
    ['a lasting one, put back', () => denied(7000222), putBack],
    ['none, but the lock is held', () => busy(), lockHeld],
    [
      'now one that is put back, now the lock that is held',
      () => busy(Date.now() + 40 * second),
      async (store, elapsed, failure) => {
        store.lapse()
        store.failure = undefined
        const isOdd = Math.floor(elapsed / (7 * second)) % 2 === 1
        await (isOdd ? putBack : lockHeld)(store, elapsed, failure)
      },
    ],
  ])(
    'holds nobody up for 60 s without an event, by whoever writes to the store for ever: %s',
    async (_, failing, spoil) => {
      const store = memoryStore()
      const first = processWithStore(
        secret('same', () => {
          throw failing()
        }),
        store,
      )
      await inTime(first.get().catch(() => {}))
      const { key = '', value = '', lifetime = 0 } = store.failure ?? {}
      // The longest that there is: as after many tries.
      const failure = { key, value: value.replace('"tries":1', '"tries":9'), lifetime }
      store.failure = undefined
      const own = secret('same')
      const victim = processWithStore(own, store)
      const toldAt: number[] = [0]
      for (let elapsed = 0; elapsed < 10 * minute; elapsed += second) {
        await spoil(store, elapsed, failure)
        void victim.get().catch(() => {})
        await pass(second)
        await turns()
        while (toldAt.length <= victim.events.length) toldAt.push(elapsed + second)
      }
      expect(own.requests).toEqual([])
      expect(victim.events.every(({ type }) => type === 'acquisition_failed')).toBe(true)
      const gaps = [...toldAt, 10 * minute].map((at, index) => at - (toldAt[index - 1] ?? 0))
      expect(Math.max(...gaps)).toBeLessThanOrEqual(minute)
    },
  )

  it('is believed for no longer than the reader’s own rules allow', async () => {
    const store = memoryStore()
    const credential = secret('wrong', () => {
      throw denied(7000222)
    })
    await soon(
      processWithStore(credential, store)
        .get()
        .catch(() => {}),
    )
    const { key = '', value = '' } = store.failure ?? {}
    const entry = JSON.parse(value)
    entry.failures[0].tries = 1e9
    entry.failures[0].pause = 1e9
    entry.lifetime = 1e9
    store.failure = { key, value: JSON.stringify(entry), lifetime: 1e9 }
    const other = processWithStore(secret('wrong'), store)
    const error = await soon(other.get().catch(error => error))
    expect(error.retryAt - Date.now()).toBe(300 * second)
  })

  it.each<[string, (entry: Entry) => unknown]>([
    ['no JSON', () => 'no JSON'],
    ['null', () => 'null'],
    ['another key’s', entry => ({ ...entry, key: 'theirs' })],
    ['no lifetime', entry => ({ ...entry, lifetime: undefined })],
    ['more left than it had', entry => ({ ...entry, lifetime: second })],
    ['no salt', entry => ({ ...entry, salt: 7 })],
    ['no list', entry => ({ ...entry, failures: {} })],
    ['no failure in it', entry => ({ ...entry, failures: [null] })],
    [
      'a code of ours that no authority says',
      entry => changed(entry, { code: 'credential_failed' }),
    ],
    ['a message with lines of its own', entry => changed(entry, { message: 'a\u001b[2Jb' })],
    ['a message without an end', entry => changed(entry, { message: 'a'.repeat(3_000) })],
    ['an id that is none', entry => changed(entry, { correlationId: '<script>' })],
    ['no count', entry => ({ ...entry, failures: [{ ...entry.failures[0], tries: 'many' }] })],
    ['a time to come', entry => ({ ...entry, failures: [{ ...entry.failures[0], ago: -1 }] })],
  ])('is not used, and an event, when it is malformed: %s', async (_, spoil) => {
    const store = memoryStore()
    const credential = countedCredential(() => {
      throw busy(Date.now() + 3_600 * second)
    })
    await soon(
      processWithStore(credential, store)
        .get()
        .catch(() => {}),
    )
    const { key = '', value = '', lifetime = 0 } = store.failure ?? {}
    const spoilt = spoil(JSON.parse(value))
    const text = typeof spoilt === 'string' ? spoilt : JSON.stringify(spoilt)
    store.failure = { key, value: text, lifetime }
    const one = processWithStore(countedCredential(), store)
    expect((await soon(one.get())).reveal()).toBe('token-1')
    expect(one.events[0]).toMatchObject({ type: 'store_entry_rejected', why: 'malformed' })
  })
})

/** What somebody does to the store once a second; `failure` is an entry that was there once. */
type Spoil = (store: MemoryStore, elapsed: number, failure: MemoryStore['failure']) => unknown

interface Entry {
  readonly failures: readonly { readonly error: object }[]
}

function changed(entry: Entry, error: object): Entry {
  const [failure] = entry.failures
  return { ...entry, failures: [{ ...failure, error: { ...failure?.error, ...error } }] }
}

/** A credential that says what it proves itself with. */
function secret(text: string, issue?: Issue) {
  let asked = false
  const credential = countedCredential((call, request) => {
    asked = true
    return (issue ?? numbered())(call, request)
  })
  return {
    ...credential,
    digest: async (salt: string) => digestOf(text, salt),
    changed: async () => !asked,
  }
}

function digestOf(text: string, salt: string): string {
  return `${text.length} ${text.charCodeAt(0)} ${salt}`
}

function unreachable(): CloudPartnerAuthError {
  return new CloudPartnerAuthError('authority_unreachable', 'It could not be reached.', {
    retryable: true,
  })
}

function fleet(size: number, credential: Credential, store: TokenStore): ProcessWithStore[] {
  return Array.from({ length: size }, () => processWithStore(credential, store))
}

/** Each process has a request every 500 ms for so long. What came of them, of those that are answered by then. */
async function underLoad(processes: readonly ProcessWithStore[], ms: number) {
  const tokens: string[] = []
  const failures: CloudPartnerAuthError[] = []
  for (let elapsed = 0; elapsed < ms; elapsed += 500) {
    for (const one of processes) {
      one.get().then(
        token => tokens.push(token.reveal()),
        error => failures.push(error),
      )
    }
    await flow(500)
  }
  return { tokens, failures }
}

/** The promise's result, for which time passes. */
async function inTime<T>(promise: Promise<T>): Promise<T> {
  let settled = false
  const end = () => {
    settled = true
  }
  promise.then(end, end)
  while (!settled) await flow(100)
  return promise
}

async function flow(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    await pass(Math.min(left, 100))
    await turns()
  }
}

/** All that follows without time passing. */
async function turns(): Promise<void> {
  await new Promise(resume => setImmediate(resume))
}
