import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Runs `work` with the origin of an API in a process of its own. */
export async function withApiServer<T>(work: (origin: string) => Promise<T>): Promise<T> {
  const script = fileURLToPath(new URL('api-server.ts', import.meta.url))
  const server = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    const [line] = await once(server.stdout, 'data')
    return await work(String(line).trim())
  } finally {
    server.stdin.end()
  }
}
