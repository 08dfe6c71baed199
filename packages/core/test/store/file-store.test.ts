import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
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
import { kinds, layNoRegularFile } from '../fixtures/no-regular-file.ts'
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

  it.each([
    ['others can write', () => fileStore(folder), 0o777],
    ['its group can write', () => fileStore(folder), 0o770],
    ['others can write, behind a link', () => fileStore(join(root, 'link')), 0o777],
  ])('reads and writes nothing in a folder in which %s', async (_, make, permissions) => {
    mkdirSync(folder)
    symlinkSync(folder, join(root, 'link'))
    const store = make()
    await store.set(key, 'value', 60_000)
    chmodSync(folder, permissions)
    for (const operation of [
      () => store.get(key),
      () => store.set(key, 'other', 60_000),
      () => store.lock?.(key),
    ]) {
      await expect(operation()).rejects.toMatchObject({ code: 'FOLDER_NOT_PRIVATE' })
    }
    expect(readdirSync(folder)).toEqual([key])
    chmodSync(folder, 0o755)
    expect(await store.get(key)).toMatchObject({ value: 'value' })
  })

  // Only root can give a folder away.
  it.skipIf(process.getuid?.() !== 0)(
    'reads and writes nothing in a folder of somebody else',
    async () => {
      const store = fileStore(folder)
      await store.set(key, 'value', 60_000)
      chownSync(folder, 1, 1)
      await expect(store.get(key)).rejects.toMatchObject({ code: 'FOLDER_NOT_PRIVATE' })
      await expect(store.lock?.(key)).rejects.toMatchObject({ code: 'FOLDER_NOT_PRIVATE' })
      chownSync(folder, 0, 0)
      chownSync(join(folder, key), 1, 1)
      expect(await store.get(key)).toEqual({ rejected: 'not_private' })
    },
  )

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

  it.each(kinds)('opens nothing but files: not a %s', async kind => {
    mkdirSync(folder, { mode: 0o700 })
    const store = fileStore(folder)
    await layNoRegularFile(kind, join(folder, key))
    for (let threads = 0; threads < 8; threads++) {
      expect(await store.get(key)).toEqual({ rejected: 'not_private' })
    }
    if (kind === 'folder') return // which no file can replace
    await store.set(key, 'value', 60_000)
    expect(await store.get(key)).toMatchObject({ value: 'value' })
  })

  it.each(kinds.filter(kind => kind !== 'folder' && kind !== 'link'))(
    'takes nothing else for its folder: not a %s',
    async kind => {
      await layNoRegularFile(kind, folder)
      const store = fileStore(folder)
      await expect(store.get(key)).rejects.toMatchObject({ code: 'ENOTDIR' })
      await expect(store.set(key, 'value', 60_000)).rejects.toMatchObject({ code: 'ENOTDIR' })
      await expect(store.lock?.(key)).rejects.toMatchObject({ code: 'ENOTDIR' })
    },
  )

  it('leaves no draft behind when it cannot write', async () => {
    const store = fileStore(folder)
    mkdirSync(join(folder, key), { recursive: true, mode: 0o700 })
    await expect(store.set(key, 'value', 60_000)).rejects.toThrow()
    expect(readdirSync(folder)).toEqual([key])
  })

  it.each(['', undefined])('wants the path of a folder, not %o', path => {
    expect(() => fileStore(path as never)).toThrow(TypeError)
  })

  it('refuses an option that it does not have, and says which it may be', () => {
    const make = () => fileStore(folder, { unencypted: true } as never)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(/"unencypted": did you mean unencrypted\?/)
  })

  it('takes no option from a prototype that another package has polluted', () => {
    Object.assign(Object.prototype, { unencrypted: true })
    try {
      expect(Object.hasOwn(fileStore(folder), 'unencrypted')).toBe(true)
      expect(fileStore(folder).unencrypted).toBeUndefined()
    } finally {
      Reflect.deleteProperty(Object.prototype, 'unencrypted')
    }
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

  it.each(kinds)('is not a %s: that is taken over like a stale one', async kind => {
    mkdirSync(folder, { mode: 0o700 })
    const store = fileStore(folder)
    await layNoRegularFile(kind, join(folder, `${key}.lock`))
    if (kind === 'folder') {
      await expect(store.lock?.(key)).rejects.toThrow()
      expect(readdirSync(folder)).toEqual([`${key}.lock`])
    } else {
      expect(await store.lock?.(key)).toBeDefined()
      expect(await store.lock?.(key)).toBeUndefined()
    }
  })

  it.each(kinds)('is taken over although a %s lies where the turn to do so is', async kind => {
    const store = fileStore(folder)
    await store.lock?.(key)
    const long = new Date(Date.now() - 60_000)
    utimesSync(join(folder, `${key}.lock`), long, long)
    await layNoRegularFile(kind, join(folder, `${key}.lock.turn`))
    if (kind === 'folder') {
      await expect(store.lock?.(key)).rejects.toThrow()
    } else {
      expect(await store.lock?.(key)).toBeUndefined()
      expect(await store.lock?.(key)).toBeDefined()
    }
  })

  it('is left nowhere by a process that ends right after it has its token', async () => {
    for (let run = 0; run < 3; run++) {
      const { status, stdout } = oneToken()
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^token-of-/) })
      expect(readdirSync(folder)).toHaveLength(1)
      rmSync(folder, { recursive: true })
    }
  })

  it('of a process that ended while it acquired a token passes to the next one at once', async () => {
    expect(oneToken('while it acquires').stdout).toBe('')
    const [left] = readdirSync(folder)
    expect(left).toMatch(/^[0-9a-f]{64}\.lock$/)
    const lock = await fileStore(folder).lock?.(left?.slice(0, 64) ?? '')
    expect(lock).toBeDefined()
    await lock?.release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('of a process elsewhere, as in another container, passes on when it is stale and no sooner', async () => {
    oneToken('while it acquires')
    const [left = ''] = readdirSync(folder)
    const file = join(folder, left)
    writeFileSync(file, readFileSync(file, 'utf8').replace('"among":"', '"among":"another'))
    const fresh = new Date()
    utimesSync(file, fresh, fresh)
    expect(await fileStore(folder).lock?.(left.slice(0, 64))).toBeUndefined()
    const stale = new Date(Date.now() - 5_100)
    utimesSync(file, stale, stale)
    expect(await fileStore(folder).lock?.(left.slice(0, 64))).toBeDefined()
  })

  it.each(['', '{"pid":', 'null', '{"pid":-1}'])(
    'whose process died before it had named itself passes on soon: %j',
    async text => {
      const store = fileStore(folder)
      await store.lock?.(key)
      const file = join(folder, `${key}.lock`)
      writeFileSync(file, text)
      const soon = new Date(Date.now() - 600)
      utimesSync(file, soon, soon)
      expect(await store.lock?.(key)).toBeDefined()
    },
  )

  // Windows has no shell that can limit what a process writes.
  it.skipIf(process.platform === 'win32')('is not left on a disk that is full', async () => {
    // A limit of 0 bytes on what a process may write ends as a full disk does: the file is there and cannot be filled.
    const { stdout } = oneToken('', 'ulimit -f 0; ')
    expect(stdout).toMatch(/^store_failed\ntoken-of-/)
    expect(readdirSync(folder)).toEqual([])
  })

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

/** A process that gets one token through the folder, and ends by process.exit(). */
function oneToken(ends = '', before = '') {
  const program = join(import.meta.dirname, 'fixtures', 'one-token.ts')
  const command = `${before}exec "$0" --disable-warning=ExperimentalWarning "$@"`
  return spawnSync('sh', ['-c', command, process.execPath, program, folder, ends], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function mode(path: string): number {
  return statSync(path).mode & 0o777
}
