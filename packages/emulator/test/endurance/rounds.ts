// Run by endurance.test.ts in a process of its own with --expose-gc. Sends rounds of 11,000 requests,
// 100 at a time, and prints how long the log was after each and the heap without it.
import { Agent, request } from 'node:http'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { credentials, freshToken } from '../requests.ts'

const rounds = 3
const perRound = 11_000
const agent = new Agent({ keepAlive: true, maxSockets: 100 })

const emulator = await startEmulator()
let token = await freshToken(emulator)
const heaps: number[] = []
const logged: number[] = []
for (let round = 0; round < rounds; round++) {
  let sent = 0
  const worker = async () => {
    while (sent < perRound) await one(emulator, sent++)
  }
  await Promise.all(Array.from({ length: 100 }, worker))
  emulator.revokeTokens()
  token = await freshToken(emulator)
  logged.push(emulator.requests.length)
  emulator.clearLog()
  globalThis.gc?.()
  globalThis.gc?.()
  heaps.push(process.memoryUsage().heapUsed)
}
console.log(JSON.stringify({ heaps, logged }))
agent.destroy()
await emulator.close()

// Every kind of traffic that leaves something behind: logs, verified tokens, bodies, faults, offers.
function one({ origin, env, faults }: Emulator, number: number): Promise<void> {
  const version = 'api-version=2017-10-31'
  const authorization = `Bearer ${token}`
  if (number % 20 === 0) {
    const body = new URLSearchParams({
      ...credentials(emulator),
      scope: 'https://cloudpartner.azure.com/.default',
    })
    const path = `/${env['AZURE_TENANT_ID']}/oauth2/v2.0/token`
    const type = 'application/x-www-form-urlencoded'
    return send('POST', origin + path, { 'content-type': type }, body.toString())
  }
  if (number % 20 === 1) faults.add({ type: 'error', count: 1 })
  if (number % 20 === 2) {
    return send('GET', `${origin}/api/publishers?${version}`, {
      authorization: `Bearer ${token}${number}`,
    })
  }
  if (number % 2 === 0)
    return send('GET', `${origin}/api/publishers/contoso/offers?${version}&n=${number}`, {
      authorization,
    })
  return send(
    'POST',
    `${origin}/api/echo?${version}`,
    { authorization },
    `{"number":${number},"text":"${'x'.repeat(2000)}"}`,
  )
}

function send(
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent })
      .on('response', response => response.resume().on('end', () => resolve()))
      .on('error', reject)
      .end(body)
  })
}
