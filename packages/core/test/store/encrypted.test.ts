import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encrypted } from '../../src/store/encrypted.ts'
import { memoryStore, withLook } from './fixtures/memory-store.ts'

const [first, second] = [randomKey(), randomKey()]
const secret = '{"token":"eyJsecret"}'

describe('an encrypted store', () => {
  it('gives back what it was given, and the store below nothing that can be read', async () => {
    const below = memoryStore()
    const store = encrypted(below, first)
    await store.set('key', secret, 60_000)
    expect(await store.get('key')).toMatchObject({ value: secret })
    expect(below.entry?.value).toMatch(/^1\.[\w-]{8}\.[\w-]{16}\.[\w-]+$/)
    for (const text of [below.entry?.value ?? '', readable(below.entry?.value ?? '')]) {
      expect(text).not.toMatch(/eyJ|secret|token/)
    }
  })

  it('never gives the store the same text twice', async () => {
    const below = memoryStore()
    const store = encrypted(below, first)
    const seen = new Set<string>()
    for (let count = 0; count < 100; count++) {
      await store.set('key', secret, 60_000)
      seen.add(below.entry?.value ?? '')
    }
    expect(seen.size).toBe(100)
  })

  it('takes keys as bytes, base64 or base64url, one or several', async () => {
    const bytes = Uint8Array.from(atob(first), character => character.charCodeAt(0))
    const url = first.replaceAll('+', '-').replaceAll('/', '_').replace('=', '')
    const below = memoryStore()
    await encrypted(below, first).set('key', secret, 60_000)
    for (const keys of [bytes, [bytes], url, `${first}\n`]) {
      expect(await encrypted(below, keys).get('key')).toMatchObject({ value: secret })
    }
  })

  it('rejects whatever was changed, anywhere', async () => {
    const below = memoryStore()
    const store = encrypted(below, first)
    await store.set('key', secret, 60_000)
    const { value } = below.entry ?? { value: '' }
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: value.length - 1 }),
        fc.constantFrom('A', 'b', '0', '-', '.', ' ', '\u0000', ''),
        async (at, character) => {
          const changed = value.slice(0, at) + character + value.slice(at + 1)
          below.entry = { key: 'key', value: changed, lifetime: 60_000 }
          const got = await store.get('key')
          // Some characters of base64 stand for the same bytes.
          if (got && 'value' in got) expect(got.value).toBe(secret)
          else expect(got).toEqual({ rejected: expect.stringMatching(/undecryptable|unknown_key/) })
        },
      ),
    )
  })

  it.each([
    ['cut off', (value: string) => value.slice(0, -20), 'undecryptable'],
    ['of no known form', () => secret, 'undecryptable'],
    ['with a part too many', (value: string) => `${value}.`, 'undecryptable'],
    ['empty', () => '', 'undecryptable'],
    ['of another version', (value: string) => `2${value.slice(1)}`, 'undecryptable'],
  ])('rejects an entry that is %s', async (_, change, rejected) => {
    const below = memoryStore()
    const store = encrypted(below, first)
    await store.set('key', secret, 60_000)
    below.entry = { key: 'key', value: change(below.entry?.value ?? ''), lifetime: 60_000 }
    expect(await store.get('key')).toEqual({ rejected })
  })

  it('rejects an entry that was moved to another key', async () => {
    const below = memoryStore()
    const store = encrypted(below, first)
    await store.set('theirs', secret, 60_000)
    below.entry = { ...(below.entry ?? { value: '', lifetime: 60_000 }), key: 'mine' }
    expect(await store.get('mine')).toEqual({ rejected: 'undecryptable' })
  })

  it('rejects an entry of a key that it does not know', async () => {
    const below = memoryStore()
    await encrypted(below, first).set('key', secret, 60_000)
    expect(await encrypted(below, second).get('key')).toEqual({ rejected: 'unknown_key' })
  })

  it('encrypts with its first key and decrypts with all, so that keys can be replaced', async () => {
    const below = memoryStore()
    const [old, both, next] = [[first], [first, second], [second, first]].map(keys =>
      encrypted(below, keys),
    )
    await old?.set('key', secret, 60_000)
    expect(await both?.get('key')).toMatchObject({ value: secret })
    expect(await next?.get('key')).toMatchObject({ value: secret })
    await next?.set('key', secret, 60_000)
    expect(await both?.get('key')).toMatchObject({ value: secret })
    expect(await old?.get('key')).toEqual({ rejected: 'unknown_key' })
    expect(await encrypted(below, second).get('key')).toMatchObject({ value: secret })
  })

  it('leaves lifetimes, locks, limits and misses to the store below', async () => {
    const below = { ...memoryStore(), timeLimit: 40 }
    const store = encrypted(below, first)
    expect(store).toMatchObject({ encrypted: true, timeLimit: 40 })
    expect(await store.get('key')).toBeUndefined()
    const lock = await store.lock?.('key')
    expect(await store.lock?.('key')).toBeUndefined()
    await lock?.release()
    expect(await store.lock?.('key')).toBeDefined()
    const { lock: _, ...lockless } = memoryStore()
    expect(encrypted(lockless, first)).not.toHaveProperty('lock')
    const refusing = { ...memoryStore(), get: async () => ({ rejected: 'not_private' as const }) }
    expect(await encrypted(refusing, first).get('key')).toEqual({ rejected: 'not_private' })
  })

  it('gives back by a look what it would by get, each entry bound to its own place', async () => {
    const below = memoryStore()
    expect(encrypted(below, first)).not.toHaveProperty('look')
    const store = encrypted(withLook(below), first)
    await store.set('key', secret, 60_000)
    await store.set('key-failure', 'failed', 60_000)
    const keys = ['key', 'key-failure', 'none']
    expect(await store.look?.(keys, { lock: 'unless_entry' })).toMatchObject({
      entries: [{ value: secret }, { value: 'failed' }, undefined],
      lock: 'not_asked',
    })
    below.failure = { ...(below.entry ?? { value: '', lifetime: 0 }), key: 'key-failure' }
    const seen = await store.look?.(keys, { lock: 'always' })
    expect(seen?.entries[1]).toEqual({ rejected: 'undecryptable' })
    expect(seen?.lock).toHaveProperty('release')
    expect((await store.look?.(keys, { lock: 'always' }))?.lock).toBe('held')
  })

  it('is not the store that may hold tokens in clear', () => {
    expect(encrypted(memoryStore(), first).unencrypted).toBeUndefined()
  })

  it.each([undefined, null, 'redis://127.0.0.1', {}, memoryStore])(
    'refuses at once what is no store: %o',
    store => {
      const make = () => encrypted(store as never, first)
      expect(make).toThrow(TypeError)
      expect(make).toThrow(
        /^encrypted\(store, keys\): store (must be made by redisStore\(\)|is the function memoryStore: call it)/,
      )
    },
  )

  it.each([
    ['none', []],
    ['nothing', undefined],
    ['an empty text', ''],
    ['a pass phrase', 'correct horse battery staple'],
    ['31 bytes', new Uint8Array(31)],
    ['33 bytes', btoa('a'.repeat(33))],
    ['a second one that is no key', [first, 'canary-key']],
  ])('refuses at once, without showing it, a key that is %s', (_, keys) => {
    const make = () => encrypted(memoryStore(), keys as never)
    expect(make).toThrow(TypeError)
    expect(make).not.toThrow(/canary|horse/)
  })
})

function randomKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
}

/** All that could be read in it by undoing base64. */
function readable(value: string): string {
  return value
    .split('.')
    .map(part => Buffer.from(part, 'base64url').toString('latin1'))
    .join('\n')
}
