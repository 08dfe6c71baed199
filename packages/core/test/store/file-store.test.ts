import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encrypted } from '../../src/store/encrypted.ts'
import { fileStore } from '../../src/store/file-store.ts'
import { countedCredential } from '../fixtures/counted-credential.ts'
import { processWithStore, until } from './fixtures/process-with-store.ts'

const key = 'a'.repeat(64)
let root: string
let folder: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'file-store-'))
  folder = join(root, 'tokens')
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

describe('a file store', () => {
  it('keeps an entry for the next process, in a file and folder that nobody else can read', async () => {
    await fileStore(folder).set(key, 'value', 60_000)
    const stored = await fileStore(folder).get(key)
    expect(stored).toMatchObject({ value: 'value' })
    expect(stored && 'lifetime' in stored && stored.lifetime).toBeGreaterThan(50_000)
    expect(stored && 'lifetime' in stored && stored.lifetime).toBeLessThanOrEqual(60_000)
    expect(mode(folder)).toBe(0o700)
    expect(mode(join(folder, key))).toBe(0o600)
    expect(readdirSync(folder)).toEqual([key])
  })

  it('has nothing before anything was stored, and nothing when its lifetime is over', async () => {
    const store = fileStore(folder)
    expect(await store.get(key)).toBeUndefined()
    await store.set(key, 'value', -1)
    expect(await store.get(key)).toBeUndefined()
  })

  it('never shows a half-written entry, however many write at once', async () => {
    const stores = [fileStore(folder), fileStore(folder), fileStore(folder)]
    const values = new Set(['a', 'b', 'c'].map(letter => letter.repeat(20_000)))
    const writing = [...values].map(async (value, index) => {
      for (let count = 0; count < 50; count++) await stores[index]?.set(key, value, 60_000)
    })
    let written = false
    void Promise.all(writing).then(() => (written = true))
    while (!written) {
      const stored = await fileStore(folder).get(key)
      if (stored) expect(values).toContain('value' in stored && stored.value)
    }
    expect(readdirSync(folder)).toEqual([key])
  })

  it.each([0o640, 0o604, 0o660, 0o644])(
    'refuses a file of mode %o, and replaces it by a private one',
    async permissions => {
      const store = fileStore(folder)
      await store.set(key, 'value', 60_000)
      chmodSync(join(folder, key), permissions)
      expect(await store.get(key)).toEqual({ rejected: 'not_private' })
      await store.set(key, 'value', 60_000)
      expect(mode(join(folder, key))).toBe(0o600)
      expect(await store.get(key)).toMatchObject({ value: 'value' })
    },
  )

  it('follows no link', async () => {
    const store = fileStore(folder)
    await store.set(key, 'value', 60_000)
    const elsewhere = join(root, 'elsewhere')
    linkSync(join(folder, key), elsewhere)
    rmSync(join(folder, key))
    symlinkSync(elsewhere, join(folder, key))
    expect(await store.get(key)).toEqual({ rejected: 'not_private' })
    await store.set(key, 'mine', 60_000)
    expect(await store.get(key)).toMatchObject({ value: 'mine' })
    expect(readFileSync(elsewhere, 'utf8')).toContain('"value"')
  })

  it('writes nothing into a folder in which others can write', async () => {
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    const store = fileStore(folder)
    await expect(store.set(key, 'value', 60_000)).rejects.toMatchObject({
      code: 'FOLDER_NOT_PRIVATE',
    })
    await expect(store.lock?.(key)).rejects.toMatchObject({ code: 'FOLDER_NOT_PRIVATE' })
    expect(readdirSync(folder)).toEqual([])
    chmodSync(folder, 0o755)
    await store.set(key, 'value', 60_000)
    expect(await store.get(key)).toMatchObject({ value: 'value' })
  })

  it.each([
    ['no JSON', 'value'],
    ['cut off', '{"expiresAt":99999999999999,"value":"val'],
    ['null', 'null'],
    ['without an end', '{"value":"value"}'],
    ['huge', `{"expiresAt":99999999999999,"value":"value"}${' '.repeat(100_000)}`],
  ])('rejects a file that is %s', async (_, text) => {
    const store = fileStore(folder)
    await store.set(key, 'value', 60_000)
    writeFileSync(join(folder, key), text)
    expect(await store.get(key)).toEqual({ rejected: 'malformed' })
  })

  it('leaves no draft behind when it cannot write', async () => {
    const store = fileStore(folder)
    mkdirSync(join(folder, key), { recursive: true, mode: 0o700 })
    await expect(store.set(key, 'value', 60_000)).rejects.toThrow()
    expect(readdirSync(folder)).toEqual([key])
  })

  it.each(['', undefined])('wants the path of a folder, not %o', path => {
    expect(() => fileStore(path as never)).toThrow(TypeError)
  })

  it('is not accepted by an auth before it is encrypted', async () => {
    const credential = countedCredential()
    expect(() => processWithStore(credential, fileStore(folder))).toThrow(TypeError)
    const store = encrypted(fileStore(folder), crypto.getRandomValues(new Uint8Array(32)))
    const tokens = await Promise.all(
      Array.from({ length: 5 }, () => processWithStore(credential, store).get()),
    )
    expect(new Set(tokens.map(token => token.reveal()))).toEqual(new Set(['token-1']))
    expect(credential.requests).toHaveLength(1)
    const [file] = readdirSync(folder)
    expect(readFileSync(join(folder, file ?? ''), 'utf8')).not.toMatch(/token-1|tenant/)
  })
})

describe('a file lock', () => {
  it('has one holder at a time, and is nobody’s when it was released', async () => {
    const stores = Array.from({ length: 20 }, () => fileStore(folder))
    const locks = await Promise.all(stores.map(store => store.lock?.(key)))
    const held = locks.filter(lock => lock !== undefined)
    expect(held).toHaveLength(1)
    await held[0]?.release()
    expect(readdirSync(folder)).toEqual([])
    expect(await stores[0]?.lock?.(key)).toBeDefined()
  })

  it.each([-6_000, 6_000])(
    'passes to one of those who come when it was last touched %d ms from now',
    async by => {
      await fileStore(folder).lock?.(key)
      for (let round = 0; round < 40; round++) {
        const then = new Date(Date.now() + by)
        utimesSync(join(folder, `${key}.lock`), then, then)
        const coming = Array.from({ length: 20 }, () => fileStore(folder).lock?.(key))
        expect((await Promise.all(coming)).filter(lock => lock !== undefined)).toHaveLength(1)
        expect(readdirSync(folder)).toEqual([`${key}.lock`])
      }
    },
  )

  it('is taken over by the next one but one when whoever was about to take it over has died', async () => {
    const store = fileStore(folder)
    await store.lock?.(key)
    const long = new Date(Date.now() - 60_000)
    writeFileSync(join(folder, `${key}.lock.turn`), '')
    for (const name of ['.lock', '.lock.turn']) utimesSync(join(folder, key + name), long, long)
    expect(await store.lock?.(key)).toBeUndefined()
    expect(await store.lock?.(key)).toBeDefined()
    expect(readdirSync(folder)).toEqual([`${key}.lock`])
  })

  it('is touched while it is held, by nobody but its holder', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const [mine, theirs] = [join(folder, `${key}.lock`), join(folder, 'theirs.lock')]
      const lock = await fileStore(folder).lock?.(key)
      await fileStore(folder).lock?.('theirs')
      writeFileSync(theirs, 'somebody else')
      const before = new Date(Date.now() - 4_000)
      for (const file of [theirs, mine]) utimesSync(file, before, before)
      vi.advanceTimersByTime(1_700)
      await until(() => statSync(mine).mtimeMs > before.getTime() + 2_000)
      for (let turn = 0; turn < 50; turn++) await fileStore(folder).get(key) // as long as it took, and longer
      expect(statSync(theirs).mtimeMs).toBe(before.getTime())
      await lock?.release()
    } finally {
      vi.useRealTimers()
    }
  })

  it('is not released by one who lost it', async () => {
    const store = fileStore(folder)
    const lost = await store.lock?.(key)
    const long = new Date(Date.now() - 60_000)
    utimesSync(join(folder, `${key}.lock`), long, long)
    expect(await store.lock?.(key)).toBeDefined()
    await lost?.release()
    expect(await store.lock?.(key)).toBeUndefined()
  })
})

function mode(path: string): number {
  return statSync(path).mode & 0o777
}
