import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  cloudPartnerAuth,
  isCloudPartnerAuthError,
  type TokenEvent,
  tokenEndpoint,
} from '@cloud-partner-auth/core'
import { type Emulator, type Fault, startEmulator } from '@cloud-partner-auth/emulator'
import type { Finding } from '../finding.ts'
import { pluggable, plugged } from '../plugged.ts'

const script: readonly (Fault | undefined)[] = [
  undefined,
  { type: 'revoke', count: 1 },
  { type: 'refuse', count: 20 },
  { type: 'error', on: 'authority' },
  { type: 'error', status: 503, count: 20 },
  { type: 'reset', on: 'authority' },
  { type: 'reset', count: 10 },
  { type: 'slow', delay: 200 },
  { type: 'throttle', on: 'authority', retryAfter: 1 },
  { type: 'half-body', count: 10 },
  { type: 'hang', on: 'authority', count: 2 },
  { type: 'html', on: 'authority' },
  { type: 'expire-early', lifetime: 1_500 },
]
/** A token's lifetime in milliseconds: short, so that tokens expire while the authority fails. */
const lifetime = 20_000

/** The outcome of each request, by its number. Allocated in advance, so that it does not count as growth of the heap. */
interface Ledger {
  /** What the client reported. */
  readonly told: Uint8Array
  /** How often the server answered it correctly, and how often with a fault. */
  readonly ok: Uint8Array
  readonly faulty: Uint8Array
}

interface Plan {
  readonly seconds: number
  /** Requests a second. */
  readonly rate: number
}

/** Requests. In the first 15,000, at 300 a second, the heap grows from 32 MB to 43 MB; then it is level. */
const enoughForHeap = 36_000

const told = { nothing: 0, success: 1, failure: 2, tokenMissing: 3 }

/** All clients on one auth against an emulator whose faults change each second; then quiet. */
async function soak({ seconds, rate }: Plan): Promise<Finding[]> {
  await using emulator = await startEmulator({ seed: { tokens: { lifetime } } })
  let heldUntil = 0
  const clients = await clientsOf(emulator, event => {
    if (event.type !== 'token_acquired') return
    heldUntil = event.expiresAt - lifetime / 10 // it is not handed out in its last tenth
  })
  const size = seconds * rate
  const ledger: Ledger = {
    told: new Uint8Array(size),
    ok: new Uint8Array(size),
    faulty: new Uint8Array(size),
  }
  watch(emulator, ledger)
  const pending = new Set<Promise<void>>()
  const heap: number[] = []
  let number = 0

  function request(): void {
    const id = number++
    const tokenWasHeld = Date.now() < heldUntil
    const send = clients[id % clients.length] as (id: string) => Promise<void>
    const done = send(String(id)).then(
      () => {
        ledger.told[id] = told.success // anything but a 2xx rejects
      },
      error => {
        const wanting = tokenWasHeld && isCloudPartnerAuthError(error)
        ledger.told[id] = wanting ? told.tokenMissing : told.failure
      },
    )
    pending.add(done)
    void done.finally(() => pending.delete(done))
  }

  for (let second = 0; second < seconds; second++) {
    emulator.faults.clear()
    const quiet = second >= seconds - 5
    const fault = quiet ? undefined : script[second % script.length]
    if (fault) emulator.faults.add(fault)
    for (let tenth = 0; tenth < 10; tenth++) {
      for (let each = 0; each < rate / 10; each++) request()
      await sleep(100)
    }
    heap.push(usedHeap())
    if ((second + 1) % 30 === 0)
      process.stderr.write(`${second + 1} of ${seconds} s, ${number} requests\n`)
  }
  emulator.faults.clear()
  const longest = new AbortController()
  await Promise.race([Promise.all(pending), sleep(45_000, longest.signal)])
  longest.abort()
  const left = pending.size
  return findings(ledger, { left, heap, seconds, rate })
}

function findings(
  { told: tellings, ok, faulty }: Ledger,
  { left, heap, seconds, rate }: Plan & { readonly left: number; readonly heap: readonly number[] },
): Finding[] {
  let [twice, unexplained, wanting, failed] = [0, 0, 0, 0]
  for (const [id, telling] of tellings.entries()) {
    const succeeded = ok[id] ?? 0
    if (succeeded > 1) twice++
    if (telling === told.success) {
      if (succeeded === 0) unexplained++
    } else if (telling !== told.nothing) {
      failed++
      if (succeeded > 0 && faulty[id] === 0) unexplained++
      if (telling === told.tokenMissing) wanting++
    }
  }
  const grown = growth(heap) / rate
  const what = `${tellings.length.toLocaleString('en')} requests in ${seconds} s, ${failed} failed by faults`
  return [
    row(`Soak, ${what}: never two successes for one request`, twice, twice === 0),
    row(
      'Soak: never a success reported as a failure, nor the other way round, without a fault',
      unexplained,
      unexplained === 0,
    ),
    row(
      'Soak: no request failed for want of a token while a valid one was held',
      wanting,
      wanting === 0,
    ),
    row('Soak: no request is left unanswered', left, left === 0),
    ...(tellings.length < enoughForHeap
      ? []
      : [
          {
            promise: 'Soak: the heap does not grow',
            figure: `${Math.ceil(grown)} bytes a request`,
            held: grown < 64,
          },
        ]),
  ]
}

/** Growth in bytes a second from the third quarter of the time to the fourth. The first half is warming up. */
function growth(heap: readonly number[]): number {
  const quarter = heap.length >> 2
  const third = middle(heap.slice(2 * quarter, 3 * quarter))
  return (middle(heap.slice(3 * quarter)) - third) / quarter
}

function middle(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0
}

function row(promise: string, count: number, held: boolean): Finding {
  return { promise, figure: String(count), held }
}

async function clientsOf(
  emulator: Emulator,
  observe: (event: TokenEvent) => void,
): Promise<((id: string) => Promise<void>)[]> {
  const { env, origin } = emulator
  Object.assign(process.env, env)
  const auth = cloudPartnerAuth({
    observe,
    credential: tokenEndpoint({
      tenantId: env['AZURE_TENANT_ID'] ?? '',
      clientId: env['AZURE_CLIENT_ID'] ?? '',
      secret: env['AZURE_CLIENT_SECRET'] ?? '',
    }),
  })
  const url = `${origin}/api/publishers`
  const adapters = await Promise.all(pluggable.map(plugged))
  return adapters.map(adapter => {
    const client = adapter.ours(auth)
    return async id => {
      const { status } = await client.send({ url, headers: { 'x-soak': id }, strict: true })
      if (status >= 400) throw new Error(`HTTP ${status}`) // for clients that do not reject by status
    }
  })
}

/** Records what the server says about each request. */
function watch(emulator: Emulator, { ok, faulty }: Ledger): void {
  emulator.watch(event => {
    if (event.type !== 'request' || event.phase !== 'ended') return
    const { status, fault, headers } = event.entry
    if (headers['x-soak'] === undefined) return
    const id = Number(headers['x-soak'])
    // Every other fault either sends an answer of its own or leaves the answer intact.
    const well = status === 200 && fault !== 'half-body'
    const count = well ? ok : faulty
    count[id] = (count[id] ?? 0) + 1
  })
}

function usedHeap(): number {
  for (let time = 0; time < 3; time++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {}) // an abort ends the sleep early, which is all it is for
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '600' },
      rate: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(`Usage: npm run proof -- soak [--seconds 600] [--rate 60] [--json]

Sends --rate requests a second through ${pluggable.join(', ')}, on one auth, to an emulator whose faults change each second;
then compares by request id what the clients and the server say. The heap is judged
from ${enoughForHeap.toLocaleString('en')} requests on, since it is warming up before.

Exit code: 0 when every promise held, 1 when one did not.`)
  } else {
    process.exitCode = await report(values)
  }
}

async function report(options: {
  readonly seconds: string
  readonly rate: string
  readonly json: boolean
}): Promise<number> {
  const [seconds, rate] = [Number(options.seconds), Number(options.rate)]
  if (!Number.isInteger(seconds) || seconds < 6)
    throw new TypeError(`--seconds must be a whole number from 6 on, not "${options.seconds}"`)
  if (!Number.isInteger(rate / 10) || rate < 10)
    throw new TypeError(`--rate must be a multiple of 10, not "${options.rate}"`)
  const found = await soak({ seconds, rate })
  await sleep(1_000) // for sockets to finish closing
  const open = process.getActiveResourcesInfo().filter(kind => kind.startsWith('TCP')).length
  found.push(row('Soak: no socket is left once the server has closed', open, open === 0))
  if (options.json) console.log(JSON.stringify(found))
  else {
    for (const { promise, figure, held } of found)
      console.log(`${held ? 'held' : 'NOT HELD'}\t${figure}\t${promise}`)
  }
  return found.every(({ held }) => held) ? 0 : 1
}
