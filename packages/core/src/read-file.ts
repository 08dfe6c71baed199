import type { Stats } from 'node:fs'
import { check, isText } from './check.ts'
import { seen } from './seen.ts'

const largest = 1024 * 1024

/**
 * The text of a file that the user named, as it is now: at most 1 MiB of UTF-8. Links are followed, because Kubernetes and
 * certbot replace a file by swapping the link to it. Throws an Error that names the path and says why it cannot be read.
 */
export async function readFile(path: string): Promise<string> {
  const read = await readRegularFile(path, { largest, links: 'followed' }).catch(error => {
    throw unreadable(path, codeOf(error))
  })
  if ('refused' in read) throw unreadable(path, read.refused)
  return read.text
}

/** {@link readFile} for a file that is checked while an option is, where nothing can be awaited. */
export function readFileAtOnce(path: string): string {
  const fs = process.getBuiltinModule('node:fs')
  let file: number | undefined
  try {
    if (!fs.statSync(path).isFile()) throw refused('NOT_A_FILE')
    file = fs.openSync(path, readOnly())
    if (!fs.fstatSync(file).isFile()) throw refused('NOT_A_FILE')
    const buffer = Buffer.allocUnsafe(largest + 1)
    let length = 0
    for (let more = -1; more !== 0 && length <= largest; length += more) {
      more = fs.readSync(file, buffer, length, buffer.length - length, null)
    }
    if (length > largest) throw refused('TOO_LARGE')
    return buffer.toString('utf8', 0, length)
  } catch (error) {
    throw unreadable(path, codeOf(error))
  } finally {
    if (file !== undefined) fs.closeSync(file)
  }
}

/** Throws a TypeError that begins with `name` where `path` is none, but the content of the file for example. */
export function checkPath(path: unknown, name: string): asserts path is string {
  const isContent = isText(path) && /-----BEGIN |^\s*eyJ[\w-]+\.|^\s*MII/.test(path)
  const odd = isContent ? 'holds what should be in the file' : seen(path)
  check(isText(path) && !isContent, `${name} must be the path of a file, but it ${odd}`)
}

/** Why a file was not read: a folder, FIFO, socket, device or refused link lies in its place, or it is too long. */
export type Refused = 'NOT_A_FILE' | 'TOO_LARGE'

/**
 * Reads a regular file of at most `largest` bytes, and opens nothing else: to open a FIFO waits for its other end, on one
 * of the four threads that all of a process's files share. Rejects with what `node:fs` throws.
 */
export async function readRegularFile(
  path: string,
  { largest, links }: { readonly largest: number; readonly links: 'followed' | 'refused' },
): Promise<{ readonly text: string; readonly stats: Stats } | { readonly refused: Refused }> {
  const { constants, promises } = process.getBuiltinModule('node:fs')
  const [look, noLinks] =
    links === 'followed' ? [promises.stat, 0] : [promises.lstat, constants.O_NOFOLLOW ?? 0]
  if (!(await look(path)).isFile()) return { refused: 'NOT_A_FILE' }
  const handle = await promises.open(path, readOnly() | noLinks)
  try {
    // Another file may have taken the place of the one that was looked at.
    const stats = await handle.stat()
    if (!stats.isFile()) return { refused: 'NOT_A_FILE' }
    // One byte more than is wanted tells a file that is too long, whatever size it claims.
    const buffer = Buffer.allocUnsafe(largest + 1)
    let length = 0
    for (let more = -1; more !== 0 && length <= largest; length += more) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null)
      more = bytesRead
    }
    if (length > largest) return { refused: 'TOO_LARGE' }
    return { text: buffer.toString('utf8', 0, length), stats }
  } finally {
    await handle.close()
  }
}

/** Without waiting for anybody, and without taking a terminal. Windows knows neither flag. */
function readOnly(): number {
  const { constants } = process.getBuiltinModule('node:fs')
  return constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)
}

function refused(code: Refused): Error {
  return Object.assign(new Error(code), { code })
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'failed' // what node:fs throws has one
}

function unreadable(path: string, code: string): Error {
  const why = whys[code] ?? `cannot be read (${code})`
  const odd = seen(path)
  const message = `${odd === undefined ? named(path) : 'the file'} ${why}${odd === undefined ? '' : `: its path ${odd}`}`
  return Object.assign(new Error(message), { code })
}

/** A path, for a message; what may be something else in its place, such as a secret, is not shown. */
export function named(path: string): string {
  const isPath = /[\\/]/.test(path) || /^[\w-]+\.(pem|crt|cer|key|txt|jwt|token)$/i.test(path)
  return isPath && path.length <= 260 ? path : 'the file'
}

const whys: Readonly<Record<string, string>> = {
  NOT_A_FILE: 'is no regular file: name a file, not a folder, pipe, socket or device',
  TOO_LARGE: 'holds more than 1 MiB',
  ENOENT: 'does not exist (ENOENT)',
  ELOOP: 'is a link that leads in a circle (ELOOP)',
}
