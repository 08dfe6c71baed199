import { describe, expect, it, vi } from 'vitest'
import { checkStore } from '../../src/store/check-store.ts'
import { throughStore } from '../../src/store/through-store.ts'
import { accessToken } from '../../src/token/access-token.ts'
import type { TokenEvent } from '../../src/token/token-event.ts'
import { countedCredential, heldCredential, numbered } from '../fixtures/counted-credential.ts'
import { busy as busyAuthority, denied } from '../fixtures/failures.ts'
import { pass, settle, withFakeClock } from '../fixtures/fake-clock.ts'
import { hanging, memoryStore } from './fixtures/memory-store.ts'
import { audience, identity, processWithStore, soon, until } from './fixtures/process-with-store.ts'

const minute = 60_000

describe('a cold process', () => {
  withFakeClock()

  it('takes the token that another one left in the store, by one look at it', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    await soon(processWithStore(credential, store).get())
    const asked = store.calls.length
    await pass(10 * minute)

    const other = processWithStore(credential, store)
    expect((await soon(other.get())).reveal()).toBe('token-1')
    expect(credential.requests).toHaveLength(1)
    expect(store.calls.slice(asked)).toEqual(['get'])
    expect(other.events).toEqual([
      expect.objectContaining({ type: 'token_acquired', reason: 'first', from: 'store' }),
    ])
  })

  it('says that a token came from the authority where it did', async () => {
    const one = processWithStore(countedCredential(), memoryStore())
    await soon(one.get())
    expect(one.events).toEqual([
      expect.objectContaining({ type: 'token_acquired', reason: 'first', from: 'authority' }),
    ])
  })

  it('makes the one token request of fifty that start together', async () => {
    const store = memoryStore()
    const credential = heldCredential()
    const fleet = Array.from({ length: 50 }, () => processWithStore(credential, store))
    const tokens = Promise.all(fleet.map(one => one.get()))
    await until(() => credential.requests.length === 1)
    await pass(1_000)
    credential.answer(1)
    await until(() => store.entry !== undefined)
    await pass(1_000)
    expect(new Set((await soon(tokens)).map(token => token.reveal()))).toEqual(new Set(['token-1']))
    expect(credential.requests).toHaveLength(1)
    expect(store.locked).toBe(false)
  })

  it('acquires a token itself from a store without a lock, and leaves it there', async () => {
    const { lock: _, ...store } = memoryStore()
    const credential = countedCredential()
    await soon(processWithStore(credential, store).get())
    await soon(processWithStore(credential, store).get())
    expect(credential.requests).toHaveLength(1)
    expect(store.calls).toEqual(['get', 'get', 'set', 'get'])
  })

  it('does not take a token in its last seconds', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    await soon(processWithStore(credential, store).get())
    await pass(60 * minute - 10_000)
    expect((await soon(processWithStore(credential, store).get())).reveal()).toBe('token-2')
  })

  it('renews a token from the store as early as the one who acquired it would', async () => {
    const store = memoryStore()
    const credential = countedCredential(numbered({ renewIn: 20 * minute }))
    await soon(processWithStore(credential, store).get())
    await pass(10 * minute)
    const other = processWithStore(credential, store)
    const token = await soon(other.get())
    expect(token.renewAt).toBe(Date.now() + 10 * minute)
    await pass(9 * minute - 1) // 20 % of 5 minutes before 10 is the earliest
    await other.get()
    expect(credential.requests).toHaveLength(1)
    await pass(2 * minute + 1)
    await other.get()
    await until(() => credential.requests.length === 2)
  })

  it('counts what is left of a lifetime by the store’s clock, however wrong its own is', async () => {
    const startedAt = Date.now()
    let moved = 0
    const store = memoryStore(() => Date.now() - moved)
    const credential = countedCredential()
    await soon(processWithStore(credential, store).get())
    for (const off of [-5 * minute, 5 * minute]) {
      moved = off
      vi.setSystemTime(startedAt + off)
      const token = await soon(processWithStore(credential, store).get())
      expect(token.reveal()).toBe('token-1')
      expect(token.expiresAt - Date.now()).toBe(60 * minute)
    }
    expect(credential.requests).toHaveLength(1)
  })
})

describe('a lock', () => {
  withFakeClock()

  it('passes to one of those who wait when its holder has died', async () => {
    const store = memoryStore()
    await store.lock('any') // and its process died
    const credential = countedCredential()
    const fleet = Array.from({ length: 10 }, () => processWithStore(credential, store))
    const tokens = Promise.all(fleet.map(one => one.get()))
    await until(() => store.calls.filter(call => call === 'lock').length === 11)
    await pass(4_000)
    expect(credential.requests).toHaveLength(0)
    store.lapse()
    await pass(5_000)
    await soon(tokens)
    expect(credential.requests).toHaveLength(1)
  })

  it('passes on when its holder fails', async () => {
    const store = memoryStore()
    const failing = processWithStore(
      countedCredential(() => {
        throw denied()
      }),
      store,
    )
    await expect(soon(failing.get())).rejects.toMatchObject({ code: 'authority_refused' })
    const credential = countedCredential()
    await soon(processWithStore(credential, store).get())
    expect(credential.requests).toHaveLength(1)
  })

  it('is given up before anybody has the token, after which the process may end', async () => {
    const store = memoryStore()
    const lock = store.lock
    let giveUp: (() => void) | undefined
    store.lock = async key => {
      const taken = await lock(key)
      return (
        taken && {
          async release() {
            await new Promise<void>(resume => {
              giveUp = resume
            })
            await taken.release()
          },
        }
      )
    }
    let got = false
    const token = processWithStore(countedCredential(), store)
      .get()
      .finally(() => {
        got = true
      })
    await until(() => giveUp !== undefined)
    for (let turn = 0; turn < 10; turn++) await settle()
    expect(got).toBe(false)
    giveUp?.()
    await soon(token)
    expect(store.locked).toBe(false)
  })

  it('that cannot be given up costs a caller 250 ms', async () => {
    const store = memoryStore()
    let asked = false
    store.lock = async () => ({
      release() {
        asked = true
        return hanging()
      },
    })
    const cold = processWithStore(countedCredential(), store).get()
    await until(() => asked)
    await pass(250)
    expect((await soon(cold)).reveal()).toBe('token-1')
  })

  it('is given up when a try is over, even if the credential takes no notice of that', async () => {
    const store = memoryStore()
    const stuck = processWithStore(heldCredential(), store)
    const failed = expect(stuck.get()).rejects.toMatchObject({ code: 'acquisition_timed_out' })
    await until(() => store.locked)
    const released = () => store.calls.filter(call => call === 'release').length
    expect(released()).toBe(0)
    await pass(10_000)
    await until(() => released() === 1)
    await pass(30_000)
    await until(() => !store.locked)
    await failed
  })

  it.each([
    ['the first read', 1],
    ['the lock', 2],
    ['the reads that follow', 4],
  ])(
    'is given up, and no token asked for, when the try is over by the end of %s',
    async (_, nth) => {
      const store = memoryStore()
      const credential = { ...countedCredential(), identity }
      const over = new AbortController()
      const { acquire } = throughStore(credential, {
        store: {
          ...store,
          get: key => endAt(store.get(key)),
          lock: key => endAt(store.lock(key)),
        },
        observe: () => {},
      })
      async function endAt<T>(operation: Promise<T>): Promise<T> {
        const result = await operation
        if (store.calls.length === nth) over.abort(new Error('the try is over'))
        return result
      }
      await expect(soon(acquire({ audience, signal: over.signal }))).rejects.toThrow('is over')
      expect(credential.requests).toHaveLength(0)
      expect(store.locked).toBe(false)
    },
  )

  it('ends the waiting of a try in time, and the next one looks again', async () => {
    const store = memoryStore()
    await store.lock('any')
    const credential = countedCredential()
    const token = processWithStore(credential, store).get()
    await until(() => store.calls.includes('get'))
    await pass(10_500)
    store.lapse()
    await pass(3_000)
    expect((await soon(token)).reveal()).toBe('token-1')
  })
})

describe('a refused token', () => {
  withFakeClock()

  it('is renewed once for all who had it, whoever refuses it first', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const fleet = Array.from({ length: 10 }, () => processWithStore(credential, store))
    const refused = await soon(fleet[0]?.get() as Promise<never>)
    await soon(Promise.all(fleet.map(one => one.get())))
    await pass(minute)
    const renewals = Promise.all(fleet.map(one => one.renew(refused)))
    await until(() => credential.requests.length === 2)
    await pass(1_000)
    expect(new Set((await soon(renewals)).map(token => token.reveal()))).toEqual(
      new Set(['token-2']),
    )
    expect(credential.requests).toHaveLength(2)
  })

  it('is not taken from the store again, not even when the renewed one could not be stored', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const one = processWithStore(credential, store)
    const first = await soon(one.get())
    const old = store.entry
    await pass(minute)
    const second = await soon(one.renew(first))
    store.entry = old
    await pass(minute)
    expect((await soon(one.renew(second))).reveal()).toBe('token-3')
  })

  it('is known by its value, even if another process has been given it once more since', async () => {
    const store = memoryStore()
    const credential = countedCredential((_, request) => numbered()(7, request))
    const one = processWithStore(credential, store)
    const refused = await soon(one.get())
    await pass(minute)
    store.entry = undefined
    await soon(processWithStore(credential, store).get())
    await pass(minute)
    await soon(one.renew(refused))
    expect(credential.requests).toHaveLength(3)
    expect(one.events.at(-1)).toMatchObject({ reason: 'refused', from: 'authority' })
  })

  it('is renewed again at once if the one from the store was renewed long ago', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const [idle, busy] = [processWithStore(credential, store), processWithStore(credential, store)]
    const first = await soon(idle.get())
    await soon(busy.get())
    await pass(minute)
    await soon(busy.renew(first))
    await pass(minute)
    const second = await soon(idle.renew(first))
    expect(second.reveal()).toBe('token-2')
    expect((await soon(idle.renew(second))).reveal()).toBe('token-3')
  })

  it('is renewed at once if it was still accepted after the one from the store had been acquired', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const [busy, other] = [processWithStore(credential, store), processWithStore(credential, store)]
    const first = await soon(busy.get())
    await soon(other.get())
    await pass(minute)
    await soon(other.renew(first))
    for (let elapsed = 0; elapsed < 10_000; elapsed += 100) {
      await busy.get()
      await pass(100)
    }
    expect((await soon(busy.renew(first))).reveal()).toBe('token-3')
  })

  it.each([
    [1_999, 'token-2'],
    [2_000, 'token-3'],
  ])(
    'has been accepted when it is used again without a refusal %d ms later: %s',
    async (gap, renewed) => {
      const store = memoryStore()
      const credential = countedCredential()
      const [busy, other] = [
        processWithStore(credential, store),
        processWithStore(credential, store),
      ]
      const first = await soon(busy.get())
      await soon(other.get())
      await pass(minute)
      await soon(other.renew(first))
      await pass(100)
      await busy.get()
      await pass(gap)
      await busy.get()
      expect((await soon(busy.renew(first))).reveal()).toBe(renewed)
    },
  )

  it('has not been accepted by a use less than 2 s ago, not even if an early renewal has failed since', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5) // no jitter: due at 55 minutes
    const store = memoryStore()
    let authorityIsBusy = false
    const credential = countedCredential((call, request) => {
      if (authorityIsBusy) throw busyAuthority()
      return numbered()(call, request)
    })
    const [busy, other] = [processWithStore(credential, store), processWithStore(credential, store)]
    const first = await soon(busy.get())
    await soon(other.get())
    await pass(10 * minute)
    await soon(other.renew(first))
    await pass(45 * minute - 1_000)
    await busy.get()
    await pass(1_000)

    const renewed = store.entry
    store.entry = undefined
    authorityIsBusy = true
    await busy.get()
    await until(() => busy.events.at(-1)?.type === 'acquisition_failed')
    store.entry = renewed
    authorityIsBusy = false
    expect((await soon(busy.renew(first))).reveal()).toBe('token-2')
    random.mockRestore()
  })

  it('is replaced by the one from the store if that was acquired while it was in use for the last time', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const [busy, other] = [processWithStore(credential, store), processWithStore(credential, store)]
    const first = await soon(busy.get())
    await soon(other.get())
    for (let elapsed = 0; elapsed < 10_000; elapsed += 100) {
      await busy.get()
      await pass(100)
    }
    await soon(other.renew(first))
    await pass(500)
    await busy.get()
    expect((await soon(busy.renew(first))).reveal()).toBe('token-2')
  })

  it('starts the pause if the one from the store was renewed a moment ago', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const [one, other] = [processWithStore(credential, store), processWithStore(credential, store)]
    const first = await soon(one.get())
    await soon(other.get())
    await pass(minute)
    await soon(one.renew(first))
    await pass(400)
    const second = await soon(other.renew(first))
    expect(second.reveal()).toBe('token-2')
    expect((await soon(other.renew(second))).reveal()).toBe('token-2')
    await pass(600)
    expect((await soon(other.renew(second))).reveal()).toBe('token-3')
  })
})

describe('a renewal in the background', () => {
  withFakeClock()

  it('takes the token that another process has renewed', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const [one, other] = [processWithStore(credential, store), processWithStore(credential, store)]
    await soon(one.get())
    await soon(other.get())
    await pass(57 * minute)
    await one.get()
    await until(() => credential.requests.length === 2 && !store.locked)
    await other.get()
    await until(() => other.events.length === 2)
    expect(other.events[1]).toMatchObject({ reason: 'early', from: 'store' })
    expect((await other.get()).reveal()).toBe('token-2')
    expect(credential.requests).toHaveLength(2)
  })

  it('takes it however long it has used its own since', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0)
    const store = memoryStore()
    const credential = countedCredential()
    const early = processWithStore(credential, store)
    random.mockReturnValue(0.999)
    const late = processWithStore(credential, store)
    await soon(early.get())
    await soon(late.get())
    await pass(54 * minute)
    await early.get()
    await until(() => credential.requests.length === 2 && !store.locked)
    for (let elapsed = 0; elapsed < 2 * minute; elapsed += 3_000) {
      await late.get()
      await pass(3_000)
    }
    await late.get()
    await until(() => late.events.length === 2)
    expect(late.events[1]).toMatchObject({ reason: 'early', from: 'store' })
    expect(credential.requests).toHaveLength(2)
    random.mockRestore()
  })

  it('does not wait for another process that is renewing, says nothing, and looks again soon', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const one = processWithStore(credential, store)
    await soon(one.get())
    await pass(57 * minute)
    const lock = await store.lock('any')
    const asked = store.calls.length
    await one.get()
    await until(() => store.calls.length === asked + 3)
    await pass(2_000)
    expect((await one.get()).reveal()).toBe('token-1')
    expect(store.calls.slice(asked)).toEqual(['get', 'lock', 'get'])
    expect(one.events).toHaveLength(1)
    await lock?.release()
    await pass(6_000)
    await one.get()
    await until(() => credential.requests.length === 2)
  })

  it('waits for the other process when a caller has come to need the token', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const one = processWithStore(credential, store)
    const first = await soon(one.get())
    await pass(57 * minute)
    const lock = await store.lock('any')
    await one.get() // begins the renewal
    const renewal = one.renew(first) // and this one joins it
    await until(() => store.calls.filter(call => call === 'lock').length >= 3)
    await pass(1_000)
    await lock?.release()
    await pass(1_000)
    expect((await soon(renewal)).reveal()).toBe('token-2')
  })

  it('does not take a token that expires sooner than the one it has', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const one = processWithStore(credential, store)
    await soon(one.get())
    await pass(56 * minute)
    const issue = numbered({ lifetime: minute })
    const brief = processWithStore(
      countedCredential((call, request) => issue(call + 100, request)),
      store,
    )
    store.entry = undefined
    await soon(brief.get())
    await one.get()
    await until(() => credential.requests.length === 2)
  })
})

describe('a claims challenge', () => {
  withFakeClock()
  const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'

  it('is answered from the store only by a token acquired with those claims', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const [one, other] = [processWithStore(credential, store), processWithStore(credential, store)]
    const first = await soon(one.get())
    await soon(other.get())
    await pass(minute)
    const second = await soon(one.renew(first, { claims }))
    expect([second.reveal(), second.claims]).toEqual(['token-2', claims])
    expect((await soon(other.renew(first, { claims }))).reveal()).toBe('token-2')
    await pass(minute)
    expect((await soon(other.renew(first, { claims: '{}' }))).reveal()).toBe('token-3')
  })

  it('is not answered from the store by a newer token without them', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const [one, other] = [processWithStore(credential, store), processWithStore(credential, store)]
    const first = await soon(one.get())
    await soon(other.get())
    await pass(minute)
    await soon(one.renew(first))
    expect((await soon(other.renew(first, { claims }))).reveal()).toBe('token-3')
    expect(credential.requests.at(-1)).toMatchObject({ claims })
  })

  it('is remembered with the token: a process that starts later is not challenged for it again', async () => {
    const store = memoryStore()
    const credential = countedCredential()
    const one = processWithStore(credential, store)
    await soon(one.renew(await soon(one.get()), { claims }))
    const late = processWithStore(credential, store)
    const token = await soon(late.get())
    expect([token.reveal(), token.claims]).toEqual(['token-2', claims])
    expect((await soon(late.renew(token, { claims: '{}' }))).reveal()).toBe('token-3')
  })
})

describe('the store', () => {
  withFakeClock()

  it('is given a key in which nothing can be read, another one for each identity and audience', async () => {
    const keys = new Set<string>()
    for (const [who, what] of [
      [identity, audience],
      [`${identity}2`, audience],
      [identity, `${audience}/2`],
      [`${identity}","${audience}`, 'x'],
    ] as const) {
      const store = memoryStore()
      const credential = throughStore(
        { ...countedCredential(), identity: who },
        { store, observe: () => {} },
      )
      await credential.acquire({ audience: what, signal: new AbortController().signal })
      keys.add(store.entry?.key ?? '')
    }
    expect(keys.size).toBe(4)
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is not asked for a token that is in memory', async () => {
    const store = memoryStore()
    const one = processWithStore(countedCredential(), store)
    await soon(one.get())
    const asked = store.calls.length
    for (let count = 0; count < 100; count++) await one.get()
    expect(store.calls).toHaveLength(asked)
  })

  it('is never given what is no token', async () => {
    const store = memoryStore()
    const one = processWithStore(
      countedCredential(() => ({ reveal: () => 'a\r\nb' }) as never),
      store,
    )
    await expect(soon(one.get())).rejects.toMatchObject({ code: 'authority_answer_invalid' })
    expect(store.calls).not.toContain('set')
  })

  it('is never given what had ended when it came', async () => {
    const store = memoryStore()
    const ended = accessToken({ value: 'ended', acquiredAt: 1, expiresAt: 2 })
    const credential = { ...countedCredential(() => ended), identity }
    const { signal } = new AbortController()
    await expect(
      throughStore(credential, { store, observe: () => {} }).acquire({ audience, signal }),
    ).rejects.toMatchObject({ code: 'authority_answer_invalid', retryable: false })
    expect(store.calls).not.toContain('set')
  })

  it('leaves the credential’s own members in force', async () => {
    const credential = {
      ...countedCredential(),
      identity,
      expiresAt: 5,
      changed: () => true,
    }
    const shared = throughStore(credential, { store: memoryStore(), observe: () => {} })
    expect(shared).toMatchObject({ identity, expiresAt: 5 })
    expect(await shared.changed?.()).toBe(true)
    credential.expiresAt = 6
    expect(shared.expiresAt).toBe(6)
    const { changed: _, ...plain } = credential
    expect(throughStore(plain, { store: memoryStore(), observe: () => {} }).changed).toBeUndefined()
  })

  it.each([
    ['no store', undefined, /store must be made by/],
    ['a store that cannot be written', { get: async () => undefined }, /store must be made by/],
    [
      'a store in clear that does not say so',
      { ...memoryStore(), unencrypted: undefined },
      /encrypted\(store, keys\)/,
    ],
    [
      'a store that says no to both',
      { ...memoryStore(), unencrypted: false },
      /encrypted\(store, keys\)/,
    ],
  ])('is refused at once: %s', (_, store, message) => {
    const make = () => checkStore(store as never, { ...countedCredential(), identity })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })

  it.each([undefined, ''])('is refused at once to a credential whose identity is %o', identity => {
    const credential = { ...countedCredential(), ...(identity !== undefined && { identity }) }
    const make = () => checkStore(memoryStore(), credential)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(/identity/)
  })
})

describe('an API that refuses every token', () => {
  withFakeClock()

  it.each([
    ['is well', false],
    ['cannot be written', true],
  ])(
    'costs each process at most 8 token requests a minute, and a fleet few more, while the store %s',
    async (_, readOnly) => {
      const store = memoryStore()
      const times: number[][] = []
      const fleet = Array.from({ length: 5 }, (_, index) => {
        const mine: number[] = []
        times.push(mine)
        const credential = countedCredential((call, request) => {
          mine.push(Date.now())
          return numbered()(index * 1_000 + call, request)
        })
        return processWithStore(credential, store)
      })
      for (const one of fleet) await soon(one.get())
      if (readOnly) {
        const set = store.set
        store.set = async () => {
          throw new Error('READONLY')
        }
        expect(set).toBeDefined()
      }
      const refuse = async (one: (typeof fleet)[number]) => one.renew(await one.get())
      for (let elapsed = 0; elapsed < 60_000; elapsed += 100) {
        const renewals = fleet.map(refuse)
        let done = false
        void Promise.all(renewals).then(() => (done = true))
        while (!done) await pass(0).then(() => !done && pass(1))
        await pass(100)
      }
      for (const mine of times) expect(mine.length).toBeLessThanOrEqual(8)
      if (!readOnly) expect(times.flat().length).toBeLessThanOrEqual(16)
    },
  )
})

describe('events', () => {
  withFakeClock()

  it('hold no token and no identity', async () => {
    const store = memoryStore()
    const one = processWithStore(countedCredential(), store)
    const token = await soon(one.get())
    if (store.entry) store.entry = { ...store.entry, value: `${token.reveal()}${identity}` }
    await soon(one.renew(token))
    store.ill = () => Promise.reject(new Error(`redis://user:${identity}@host token-1`))
    await pass(minute)
    await soon(one.renew(await one.get()))
    const types = one.events.map(({ type }: TokenEvent) => type)
    expect(types).toContain('store_entry_rejected')
    expect(types).toContain('store_failed')
    expect(JSON.stringify(one.events)).not.toMatch(/token-\d|authority\.example|user:/)
  })
})
