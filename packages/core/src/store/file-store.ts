import type { FileHandle } from 'node:fs/promises'
import { fileLock } from './file-lock.ts'
import type { RejectedEntry, TokenStore } from './token-store.ts'

/**
 * A folder of this machine, one file per token: for the processes of one user on one machine, and for command-line tools,
 * whose next run finds the token of the last one. Local disks only; Node only.
 *
 * The folder is made for its owner alone, and files are replaced atomically. A file that others can read or that
 * belongs to somebody else is refused, and so is a folder in which others can write; Windows keeps no such modes
 * and its access lists are not looked at. Made to be wrapped: `encrypted(fileStore(folder), key)`.
 */
export function fileStore(
  folder: string,
  options: { readonly unencrypted?: boolean | undefined } = {},
): TokenStore {
  if (typeof folder !== 'string' || folder === '') {
    throw new TypeError('fileStore(folder) needs the path of a folder')
  }
  if (typeof globalThis.process?.getBuiltinModule !== 'function') {
    throw new TypeError('fileStore() needs Node')
  }
  const { join } = process.getBuiltinModule('node:path')
  const fileOf = (key: string) => join(folder, key)
  let ready: Promise<void> | undefined

  /** Made once; asked again after a failure. */
  function ownFolder(): Promise<void> {
    ready ??= makeOwnFolder(folder).catch(error => {
      ready = undefined
      throw error
    })
    return ready
  }

  return {
    unencrypted: options.unencrypted,
    async get(key) {
      const text = await readOwn(fileOf(key))
      if (text === undefined || typeof text === 'object') return text
      const entry = parsed(text)
      if (!entry) return { rejected: 'malformed' }
      const lifetime = entry.expiresAt - Date.now()
      return lifetime > 0 ? { value: entry.value, lifetime } : undefined
    },
    async set(key, value, lifetime) {
      await ownFolder()
      const text = JSON.stringify({ expiresAt: Date.now() + lifetime, value })
      await replace(fileOf(key), text)
    },
    async lock(key) {
      await ownFolder()
      return fileLock(`${fileOf(key)}.lock`)
    },
  }
}

const largestFile = 64 * 1024
const othersRead = 0o077
const othersWrite = 0o022

async function readOwn(file: string): Promise<string | RejectedEntry | undefined> {
  const { constants, promises } = process.getBuiltinModule('node:fs')
  let handle: FileHandle
  try {
    // Never through a link that somebody may have laid there; Windows knows no such flag.
    handle = await promises.open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    if (code === 'ELOOP') return { rejected: 'not_private' }
    throw error
  }
  try {
    const stats = await handle.stat()
    if (!isOwn(stats, othersRead)) return { rejected: 'not_private' }
    if (!stats.isFile() || stats.size > largestFile) return { rejected: 'malformed' }
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
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

async function makeOwnFolder(folder: string): Promise<void> {
  const { promises } = process.getBuiltinModule('node:fs')
  await promises.mkdir(folder, { recursive: true, mode: 0o700 })
  if (isOwn(await promises.stat(folder), othersWrite)) return
  throw Object.assign(new Error(`${folder} belongs to somebody else, or others can write in it`), {
    code: 'FOLDER_NOT_PRIVATE',
  })
}

/** Whether this user owns it and nobody else may do what `forbidden` says. */
function isOwn(
  { uid, mode }: { readonly uid: number; readonly mode: number },
  forbidden: number,
): boolean {
  const own = process.getuid?.() // absent on Windows
  return own === undefined || (uid === own && (mode & forbidden) === 0)
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
