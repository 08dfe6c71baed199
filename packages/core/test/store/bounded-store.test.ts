import { describe, expect, it, vi } from 'vitest'
import { throughStore } from '../../src/store/through-store.ts'
import type { TokenEvent } from '../../src/token/token-event.ts'
import { countedCredential } from '../fixtures/counted-credential.ts'
import { pass, withFakeClock } from '../fixtures/fake-clock.ts'
import { hanging, memoryStore, withLook } from './fixtures/memory-store.ts'
import { identity, processWithStore, soon, until } from './fixtures/process-with-store.ts'

const minute = 60_000

describe('a store that fails', () => {
  withFakeClock()

  it.each(['get', 'set', 'lock'])(
    'is a miss and one event, whichever operation fails: %s',
    async operation => {
      const store = memoryStore()
      store.ill = called =>
        (called === operation
          ? Promise.reject(Object.assign(new Error(), { code: 'ECONNREFUSED' }))
          : Promise.resolve()) as Promise<never>
      const one = processWithStore(countedCredential(), store)
      expect((await soon(one.get())).reveal()).toBe('token-1')
      expect(one.events).toEqual([
        {
          type: 'store_failed',
          operation,
          why: 'failed',
          code: 'ECONNREFUSED',
          retryAt: expect.toSatisfy(at => at >= Date.now() + 10_000 && at <= Date.now() + 15_000),
        },
        expect.objectContaining({ type: 'token_acquired', from: 'authority' }),
      ])
    },
  )

  it('may as well throw', async () => {
    const store = {
      ...memoryStore(),
      get: () => {
        throw new Error('not even a promise')
      },
    }
    const one = processWithStore(countedCredential(), store)
    expect((await soon(one.get())).reveal()).toBe('token-1')
    expect(one.events[0]).toMatchObject({ type: 'store_failed', operation: 'get', code: 'Error' })
  })

  it('is told by the kind of its error reply', async () => {
    const store = memoryStore()
    store.ill = () =>
      Promise.reject(new Error("NOPERM User default has no permissions to run 'eval'"))
    const one = processWithStore(countedCredential(), store)
    await soon(one.get())
    expect(one.events[0]).toMatchObject({ type: 'store_failed', code: 'NOPERM' })
  })

  it('is told about once, whatever failed together', async () => {
    const store = memoryStore()
    const asked: ((error: Error) => void)[] = []
    store.ill = () => new Promise((_, reject) => asked.push(reject))
    const events: TokenEvent[] = []
    const credential = throughStore(
      { ...countedCredential(), identity },
      { store, observe: event => void events.push(event) },
    )
    const { signal } = new AbortController()
    const both = ['a', 'b'].map(audience => credential.acquire({ audience, signal }))
    await until(() => asked.length === 2)
    for (const reject of asked) reject(new Error('down'))
    await soon(Promise.all(both))
    expect(store.calls).toEqual(['get', 'get'])
    expect(events).toHaveLength(1)
  })

  it('is left alone for 10 to 15 s, and then used again', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const store = memoryStore()
    const one = processWithStore(countedCredential(), store)
    store.ill = () => Promise.reject(new Error('down'))
    let token = await soon(one.get())
    expect(store.calls).toEqual(['get'])
    await pass(12_499)
    token = await soon(one.renew(token))
    expect(store.calls).toEqual(['get'])
    store.ill = undefined
    await pass(5_000)
    await soon(one.renew(token))
    expect(store.calls).toEqual(['get', 'get', 'lock', 'get', 'get', 'set', 'release'])
    random.mockRestore()
    expect(one.events.filter(({ type }) => type === 'store_failed')).toHaveLength(1)
  })
})

describe('a store that hangs', () => {
  withFakeClock()

  it.each(['get', 'lock', 'set'])(
    'costs a caller 250 ms, once, whichever operation hangs: %s',
    async operation => {
      const store = memoryStore()
      store.ill = called =>
        called === operation ? hanging() : (Promise.resolve() as Promise<never>)
      const one = processWithStore(countedCredential(), store)
      const startedAt = Date.now()
      let got = false
      const cold = one.get().finally(() => {
        got = true
      })
      await until(() => store.calls.at(-1) === operation)
      await pass(249)
      expect(got).toBe(false)
      await pass(1)
      const token = await soon(cold)
      expect(one.events[0]).toMatchObject({ type: 'store_failed', operation, why: 'timed_out' })

      store.ill = hanging
      await soon(one.renew(token))
      expect(Date.now() - startedAt).toBe(250)
    },
  )

  it('costs a caller as much as the store’s own limit says', async () => {
    const store = { ...memoryStore(), timeLimit: 40 }
    let asked = false
    store.get = () => {
      asked = true
      return hanging()
    }
    const credential = countedCredential()
    const cold = processWithStore(credential, store).get()
    await until(() => asked)
    await pass(39)
    expect(credential.requests).toEqual([])
    await pass(1)
    await soon(cold)
    expect(credential.requests).toHaveLength(1)
  })

  it('costs a renewal in the background nobody anything', async () => {
    const store = memoryStore()
    const one = processWithStore(countedCredential(), store)
    await soon(one.get())
    store.ill = hanging
    await pass(57 * minute)
    expect((await soon(one.get())).reveal()).toBe('token-1')
    expect((await soon(one.get())).reveal()).toBe('token-1')
  })

  it('has its lock given back when a look took it too late', async () => {
    const below = memoryStore()
    const store = withLook(below)
    const look = store.look
    let late: (() => void) | undefined
    store.look = async (keys, options) => {
      await new Promise<void>(resume => {
        late = resume
      })
      return look(keys, options)
    }
    const one = processWithStore(countedCredential(), store)
    const cold = one.get()
    await until(() => late !== undefined)
    await pass(250)
    expect((await soon(cold)).reveal()).toBe('token-1')
    expect(one.events[0]).toMatchObject({ operation: 'look', why: 'timed_out' })
    late?.()
    await until(() => below.calls.includes('release'))
    expect(below.locked).toBe(false)
  })

  it('has its lock given back when it was granted too late', async () => {
    const store = memoryStore()
    const grant = store.lock
    let late: (() => void) | undefined
    store.lock = async key => {
      await new Promise<void>(resume => {
        late = resume
      })
      return grant(key)
    }
    const one = processWithStore(countedCredential(), store)
    const cold = one.get()
    await until(() => late !== undefined)
    await pass(250)
    await soon(cold)
    late?.()
    await until(() => store.calls.includes('release'))
    expect(store.locked).toBe(false)
  })
})

describe('an entry that must not be used', () => {
  withFakeClock()

  const good = { key: 'theirs', token: 'token-7', lifetime: 3_600_000 }

  it.each([
    ['no JSON', () => 'token-7'],
    ['cut off', (key: string) => JSON.stringify({ ...good, key }).slice(0, -1)],
    ['empty', () => ''],
    ['null', () => 'null'],
    ['a list', () => '[]'],
    ['another key’s', () => JSON.stringify(good)],
    ['no token', (key: string) => JSON.stringify({ ...good, key, token: undefined })],
    ['an empty token', (key: string) => JSON.stringify({ ...good, key, token: '' })],
    ['a line break', (key: string) => JSON.stringify({ ...good, key, token: 'a\r\nb' })],
    ['a token that is no text', (key: string) => JSON.stringify({ ...good, key, token: 7 })],
    ['no lifetime', (key: string) => JSON.stringify({ ...good, key, lifetime: undefined })],
    ['a lifetime in words', (key: string) => JSON.stringify({ ...good, key, lifetime: 'long' })],
    [
      'less lifetime than is left',
      (key: string) => JSON.stringify({ ...good, key, lifetime: 1_000 }),
    ],
    ['claims that are no text', (key: string) => JSON.stringify({ ...good, key, claims: {} })],
  ])('is a miss, an event, and replaced: %s', async (_, value) => {
    const store = memoryStore()
    const credential = countedCredential()
    await soon(processWithStore(credential, store).get())
    const key = store.entry?.key ?? ''
    store.entry = { key, value: value(key), lifetime: 3_600_000 }
    const one = processWithStore(credential, store)
    expect((await soon(one.get())).reveal()).toBe('token-2')
    expect(one.events[0]).toEqual({
      type: 'store_entry_rejected',
      audience: 'https://api.example',
      why: 'malformed',
    })
    expect((await soon(processWithStore(credential, store).get())).reveal()).toBe('token-2')
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -1])(
    'is one of which %d ms are left',
    async lifetime => {
      const store = memoryStore()
      const credential = countedCredential()
      await soon(processWithStore(credential, store).get())
      const { value } = store.entry ?? { value: '' }
      const broken = { ...store, get: async () => ({ value, lifetime }) }
      expect((await soon(processWithStore(credential, broken).get())).reveal()).toBe('token-2')
    },
  )
})
