import type { StoreLock } from './token-store.ts'

const lifetime = 5_000

/**
 * A lock that is a file: whoever creates it has it, keeps its time fresh while it works, and takes it away afterwards.
 * One that has not been touched for 5 s belongs to a process that has died, and is taken over.
 */
export async function fileLock(file: string): Promise<StoreLock | undefined> {
  const fs = process.getBuiltinModule('node:fs').promises
  const owner = crypto.randomUUID()
  const isOurs = async () => (await fs.readFile(file, 'utf8')) === owner

  if (!(await create(file, owner)) && !(await takeOver(file, owner))) return undefined

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

async function create(file: string, owner: string): Promise<boolean> {
  try {
    const { promises } = process.getBuiltinModule('node:fs')
    await promises.writeFile(file, owner, { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
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
  try {
    if (!(await isStale(file))) return false
    await fs.writeFile(`${file}.${owner}`, owner, { mode: 0o600, flag: 'wx' })
    await fs.rename(`${file}.${owner}`, file)
    return true
  } finally {
    await fs.rm(turn, { force: true })
  }
}

/** In either direction: a clock that was set back must not make a lock eternal. One that is gone needs no taking over. */
async function isStale(file: string): Promise<boolean> {
  try {
    const { mtimeMs } = await process.getBuiltinModule('node:fs').promises.stat(file)
    return Math.abs(Date.now() - mtimeMs) > lifetime
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
