import { check, optionsOf, shown } from '../check.ts'
import { fileLock } from './file-lock.ts'
import { isOwnFolder, makeOwnFolder, readOwnFile } from './own-file.ts'
import type { TokenStore } from './token-store.ts'

/**
 * A folder of this machine, one file per token: for the processes of one user on one machine, and for command-line tools,
 * whose next run finds the token of the last one. Local disks only; Node only.
 *
 * The folder is made for its owner alone, and files are replaced atomically. A file that others can read or that
 * belongs to somebody else is refused, and so is a folder in which others can write; Windows keeps no such modes
 * and its access lists are not looked at. What is no regular file is never opened. Made to be wrapped:
 * `encrypted(fileStore(folder), key)`.
 */
export function fileStore(
  folder: string | undefined,
  given: { readonly unencrypted?: boolean | undefined } = {},
): TokenStore {
  check(
    typeof folder === 'string' && folder !== '',
    `fileStore(folder) needs the path of a folder, and not ${folder === '' ? 'an empty text' : shown(folder)}`,
  )
  check(typeof globalThis.process?.getBuiltinModule === 'function', 'fileStore() needs Node')
  check(
    !Object.hasOwn(Object(given), 'encrypted'),
    'fileStore() writes what it is given: encrypt it as encrypted(fileStore(folder), key)',
  )
  const { unencrypted } = optionsOf(given, ['unencrypted'], 'fileStore')
  const { join } = process.getBuiltinModule('node:path')
  const fileOf = (key: string) => join(folder, key)

  return {
    unencrypted,
    async get(key) {
      if (!(await isOwnFolder(folder))) return undefined
      const read = await readOwnFile(fileOf(key))
      if (read === undefined || 'rejected' in read) return read
      const entry = parsed(read.text)
      if (!entry) return { rejected: 'malformed' }
      const lifetime = entry.expiresAt - Date.now()
      return lifetime > 0 ? { value: entry.value, lifetime } : undefined
    },
    async set(key, value, lifetime) {
      await makeOwnFolder(folder)
      const text = JSON.stringify({ expiresAt: Date.now() + lifetime, value })
      await replace(fileOf(key), text)
    },
    async lock(key) {
      await makeOwnFolder(folder)
      return fileLock(`${fileOf(key)}.lock`)
    },
  }
}

/** The new content is whole under another name before it takes the place of the old. */
async function replace(file: string, text: string): Promise<void> {
  const { promises } = process.getBuiltinModule('node:fs')
  const draft = `${file}.${crypto.randomUUID()}.tmp`
  try {
    await promises.writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    await promises.rename(draft, file)
  } catch (error) {
    await promises.rm(draft, { force: true })
    throw error
  }
}

function parsed(text: string): { readonly expiresAt: number; readonly value: string } | undefined {
  try {
    const { expiresAt, value } = JSON.parse(text)
    return Number.isFinite(expiresAt) && typeof value === 'string'
      ? { expiresAt, value }
      : undefined
  } catch {
    return undefined // cut off, or not ours
  }
}
