import { readOwnFile } from './own-file.ts'
import type { StoreLock } from './token-store.ts'

const lifetime = 5_000

/** How long one may stay without the name of its process, which is written right after it was created. */
const unnamed = 500

/**
 * A lock that is a file: whoever creates it has it, keeps its time fresh while it works, and takes it away afterwards.
 * It names its process, so that one left behind by a process that has ended is taken over at once, and one of a
 * process that cannot be seen from here (another container's) when it has not been touched for 5 s.
 */
export async function fileLock(file: string): Promise<StoreLock | undefined> {
  const fs = process.getBuiltinModule('node:fs').promises
  const owner = JSON.stringify({
    pid: process.pid,
    among: await processes(),
    id: crypto.randomUUID(),
  })
  const isOurs = async () => {
    const read = await readOwnFile(file)
    return read !== undefined && 'text' in read && read.text === owner
  }

  if (!(await create(file, owner)) && !(await takeOver(file, owner))) return undefined

  async function touch(): Promise<void> {
    const now = new Date()
    if (await isOurs()) await fs.lutimes(file, now, now)
  }

  // It may be gone when somebody took this process for dead; that costs a token request too many, nothing more.
  const renewal = setInterval(() => void touch().catch(() => {}), lifetime / 3)
  renewal.unref()

  return {
    async release() {
      clearInterval(renewal)
      if (await isOurs()) await fs.rm(file, { force: true })
    },
  }
}

/** Whether the file was created; it never stays without its content. */
async function create(file: string, content: string): Promise<boolean> {
  const fs = process.getBuiltinModule('node:fs').promises
  const handle = await fs.open(file, 'wx', 0o600).catch(error => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (!handle) return false
  try {
    await handle.writeFile(content)
  } catch (error) {
    await fs.rm(file, { force: true }) // a full disk takes a name, but no content
    throw error
  } finally {
    await handle.close()
  }
  return true
}

/**
 * Puts another lock in the place of a stale one, in one step, so that there is never a moment without. Only one process
 * at a time has the turn to do so; the others would judge a lock that is another one by the time they act.
 */
async function takeOver(file: string, owner: string): Promise<boolean> {
  if (!(await isStale(file))) return false
  const fs = process.getBuiltinModule('node:fs').promises
  const turn = `${file}.turn`
  if (!(await create(turn, owner))) {
    if (await isStale(turn)) await fs.rm(turn, { force: true }) // its process died as well; whoever comes next has it
    return false
  }
  const draft = `${file}.${crypto.randomUUID()}.tmp`
  try {
    if (!(await isStale(file))) return false
    await fs.writeFile(draft, owner, { mode: 0o600, flag: 'wx' })
    await fs.rename(draft, file)
    return true
  } finally {
    await Promise.all([turn, draft].map(left => fs.rm(left, { force: true })))
  }
}

/** In either direction: a clock that was set back must not make a lock eternal. One that is gone needs no taking over. */
async function isStale(file: string): Promise<boolean> {
  const read = await readOwnFile(file)
  if (read === undefined) return false
  if ('rejected' in read) return true // no lock of ours
  const owner = parsed(read.text)
  if (owner && owner.among === (await processes()) && !isAlive(owner.pid)) return true
  return Math.abs(Date.now() - read.stats.mtimeMs) > (owner ? lifetime : unnamed)
}

/**
 * Where process ids mean the same: on one machine and, on Linux, in one container. Ids of elsewhere are not judged.
 */
async function processes(): Promise<string> {
  const host = process.getBuiltinModule('node:os').hostname()
  if (process.platform !== 'linux') return host
  const { readlink } = process.getBuiltinModule('node:fs').promises
  return `${host} ${await readlink('/proc/self/ns/pid').catch(() => crypto.randomUUID())}`
}

/** An id may belong to another process by now: then the time of the lock decides. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

function parsed(text: string): { readonly pid: number; readonly among: unknown } | undefined {
  try {
    const { pid, among } = JSON.parse(text)
    return Number.isInteger(pid) && pid > 0 ? { pid, among } : undefined
  } catch {
    return undefined // not written yet, or not by us
  }
}
