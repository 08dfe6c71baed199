import type { StoreLock } from './token-store.ts'

const lifetime = 5_000

/**
 * A lock that is a file: whoever creates it has it, keeps its time fresh while it works, and takes it away afterwards.
 * One that has not been touched for 5 s belongs to a process that has died.
 */
export async function fileLock(file: string): Promise<StoreLock | undefined> {
  const fs = process.getBuiltinModule('node:fs').promises
  const owner = crypto.randomUUID()

  async function create(): Promise<boolean> {
    try {
      await fs.writeFile(file, owner, { mode: 0o600, flag: 'wx' })
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      return false
    }
  }

  async function isOurs(): Promise<boolean> {
    return (await fs.readFile(file, 'utf8')) === owner
  }

  if (!(await create()) && !((await removeStale(file)) && (await create()))) return undefined

  async function touch(): Promise<void> {
    const now = new Date()
    if (await isOurs()) await fs.utimes(file, now, now)
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

/**
 * Takes a stale lock out of the way. Moved first and judged again, since another process may have replaced it between
 * the two looks; one that turns out to be fresh is put back.
 */
async function removeStale(file: string): Promise<boolean> {
  const fs = process.getBuiltinModule('node:fs').promises
  const aside = `${file}.${crypto.randomUUID()}.tmp`
  try {
    if (!(await isStale(file))) return false
    await fs.rename(file, aside)
    const stale = await isStale(aside)
    if (!stale) await putBack(aside, file)
    await fs.rm(aside, { force: true })
    return stale
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true // released, or taken aside by another
    throw error
  }
}

async function putBack(aside: string, file: string): Promise<void> {
  try {
    await process.getBuiltinModule('node:fs').promises.link(aside, file)
  } catch {
    // Somebody has the place already. Two then hold the lock: a token request too many, nothing more.
  }
}

/** In either direction: a clock that was set back must not make a lock eternal. */
async function isStale(file: string): Promise<boolean> {
  const { mtimeMs } = await process.getBuiltinModule('node:fs').promises.stat(file)
  return Math.abs(Date.now() - mtimeMs) > lifetime
}
