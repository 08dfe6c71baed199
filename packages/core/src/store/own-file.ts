import type { Stats } from 'node:fs'
import { readRegularFile } from '../read-file.ts'
import type { RejectedEntry } from './token-store.ts'

const largest = 64 * 1024
const othersRead = 0o077
const othersWrite = 0o022

/**
 * The text of a file that only its owner can read; `undefined` where there is none. Links are not followed, and what is
 * no regular file is not opened.
 */
export async function readOwnFile(
  file: string,
): Promise<{ readonly text: string; readonly stats: Stats } | RejectedEntry | undefined> {
  const read = await unlessMissing(() => readRegularFile(file, { largest, links: 'refused' }))
  if (read === undefined) return undefined
  if ('refused' in read) {
    return { rejected: read.refused === 'TOO_LARGE' ? 'malformed' : 'not_private' }
  }
  return isOwn(read.stats, othersRead) ? read : { rejected: 'not_private' }
}

/**
 * Whether the folder is there. Throws where it belongs to somebody else or others can write in it, and where a link
 * leads to such a one: whoever can write in it decides what lies at every place of it.
 */
export async function isOwnFolder(folder: string): Promise<boolean> {
  const { promises } = process.getBuiltinModule('node:fs')
  const stats = await unlessMissing(() => promises.stat(folder))
  if (stats === undefined) return false
  if (!stats.isDirectory()) throw unfit(`${folder} is no folder`, 'ENOTDIR')
  if (isOwn(stats, othersWrite)) return true
  throw unfit(`${folder} belongs to somebody else, or others can write in it`, 'FOLDER_NOT_PRIVATE')
}

/** Makes the folder for its owner alone, if it is missing. Throws as {@link isOwnFolder} does. */
export async function makeOwnFolder(folder: string): Promise<void> {
  if (await isOwnFolder(folder)) return
  const { promises } = process.getBuiltinModule('node:fs')
  await promises.mkdir(folder, { recursive: true, mode: 0o700 })
  await isOwnFolder(folder)
}

/** Whether this user owns it and nobody else may do what `forbidden` says. */
function isOwn(
  { uid, mode }: { readonly uid: number; readonly mode: number },
  forbidden: number,
): boolean {
  const own = process.getuid?.() // absent on Windows
  return own === undefined || (uid === own && (mode & forbidden) === 0)
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function unfit(message: string, code: string): Error {
  return Object.assign(new Error(message), { code })
}
