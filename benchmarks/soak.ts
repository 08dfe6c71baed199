import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { cloudPartnerInterceptor } from '@cloud-partner-auth/axios'
import {
  cloudPartnerAuth,
  isCloudPartnerAuthError,
  type TokenEvent,
  tokenEndpoint,
} from '@cloud-partner-auth/core'
import { type Emulator, type Fault, startEmulator } from '@cloud-partner-auth/emulator'
import { cloudPartnerFetch } from '@cloud-partner-auth/fetch'
import { cloudPartnerHooks as gotHooks } from '@cloud-partner-auth/got'
import { cloudPartnerHooks as kyHooks } from '@cloud-partner-auth/ky'
import axios from 'axios'
import got from 'got'
import ky from 'ky'
import type { Finding } from './finding.ts'

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
const perSecond = 60
/** Of a token, in milliseconds: short, so that tokens expire while the authority is ill. */
const lifetime = 20_000

type Outcome =
  | { readonly status: number }
  | { readonly error: unknown; readonly tokenWasHeld: boolean }

/** All four clients on one auth against an emulator whose faults change each second; then quiet. */
export async function soak(seconds: number): Promise<Finding[]> {
  await using emulator = await startEmulator({ seed: { tokens: { lifetime } } })
  let heldUntil = 0
  const clients = clientsOf(emulator, event => {
    if (event.type !== 'token_acquired') return
    heldUntil = event.expiresAt - lifetime / 10 // it is not handed out in its last tenth
  })
  const served = watched(emulator)
  const outcomes = new Map<string, Outcome>()
  const pending = new Set<Promise<void>>()
  const heap: number[] = []
  let number = 0

  function request(): void {
    const id = `request-${number++}`
    const tokenWasHeld = Date.now() < heldUntil
    const send = clients[number % clients.length] as (id: string) => Promise<number>
    const done = send(id).then(
      status => void outcomes.set(id, { status }),
      error => void outcomes.set(id, { error, tokenWasHeld }),
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
      for (let each = 0; each < perSecond / 10; each++) request()
      await sleep(100)
    }
    heap.push(usedHeap())
  }
  emulator.faults.clear()
  const longest = new AbortController()
  await Promise.race([Promise.all(pending), sleep(45_000, longest.signal)])
  longest.abort()
  const left = pending.size
  return findings({ outcomes, served, number, left, heap, seconds })
}

function findings({
  outcomes,
  served,
  number,
  left,
  heap,
  seconds,
}: {
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly served: ReadonlyMap<string, { ok: number; faulty: number }>
  readonly number: number
  readonly left: number
  readonly heap: readonly number[]
  readonly seconds: number
}): Finding[] {
  const twice = [...served.values()].filter(({ ok }) => ok > 1).length
  let unexplained = 0
  let wanting = 0
  let failed = 0
  for (const [id, outcome] of outcomes) {
    const seen = served.get(id) ?? { ok: 0, faulty: 0 }
    if ('error' in outcome) {
      failed++
      if (seen.ok > 0 && seen.faulty === 0) unexplained++
      if (outcome.tokenWasHeld && isCloudPartnerAuthError(outcome.error)) wanting++
    } else if (outcome.status === 200 && seen.ok === 0) unexplained++
  }
  const what = `${number.toLocaleString('en')} requests in ${seconds} s, ${failed} failed by faults`
  // Of the second half, in bytes a request: the first is still warming up.
  const half = heap.slice(heap.length >> 1)
  const slope =
    half.length < 2 ? 0 : ((half.at(-1) ?? 0) - (half[0] ?? 0)) / (half.length - 1) / perSecond
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
    ...(seconds < 60
      ? []
      : [
          {
            promise: 'Soak: the heap does not grow',
            figure: `${Math.ceil(slope)} bytes a request`,
            held: slope < 64,
          },
        ]),
  ]
}

function row(promise: string, count: number, held: boolean): Finding {
  return { promise, figure: String(count), held }
}

function clientsOf(
  emulator: Emulator,
  observe: (event: TokenEvent) => void,
): ((id: string) => Promise<number>)[] {
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
  const headers = (id: string) => ({ 'x-soak': id })
  const axiosClient = axios.create()
  axiosClient.interceptors.request.use(cloudPartnerInterceptor(auth))
  const gotClient = got.extend(gotHooks(auth), { retry: { limit: 0 } })
  const kyClient = ky.extend({ ...kyHooks(auth), retry: 0, timeout: false })
  const send = cloudPartnerFetch(auth)
  return [
    async id => (await axiosClient.get(url, { headers: headers(id) })).status,
    async id => (await gotClient(url, { headers: headers(id) })).statusCode,
    async id => {
      const response = await kyClient.get(url, { headers: headers(id) })
      await response.arrayBuffer()
      return response.status
    },
    async id => {
      const response = await send(url, { headers: headers(id) })
      await response.arrayBuffer()
      if (!response.ok) throw new Error(`HTTP ${response.status}`)
      return response.status
    },
  ]
}

/** What the server says of each request: how often it succeeded, and how often something was wrong. */
function watched(emulator: Emulator): ReadonlyMap<string, { ok: number; faulty: number }> {
  const served = new Map<string, { ok: number; faulty: number }>()
  emulator.watch(event => {
    if (event.type !== 'request' || event.phase !== 'ended') return
    const { entry: request } = event
    const id = request.headers['x-soak']
    if (id === undefined) return
    const seen = served.get(id) ?? { ok: 0, faulty: 0 }
    served.set(id, seen)
    // All other faults either answer themselves or leave the answer as it is.
    if (request.status === 200 && request.fault !== 'half-body') seen.ok++
    else seen.faulty++
  })
  return served
}

function usedHeap(): number {
  for (let time = 0; time < 3; time++) globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {}) // what is aborted is over
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '600' },
      json: { type: 'boolean', default: false },
    },
  })
  const found = await soak(Number(values.seconds))
  await sleep(1_000) // for sockets to finish closing
  const open = process.getActiveResourcesInfo().filter(kind => kind.startsWith('TCP')).length
  found.push(row('Soak: no socket is left once the server has closed', open, open === 0))
  if (values.json) console.log(JSON.stringify(found))
  else {
    for (const { promise, figure, held } of found)
      console.log(`${held ? 'held' : 'NOT HELD'}\t${figure}\t${promise}`)
  }
  process.exitCode = found.every(({ held }) => held) ? 0 : 1
}
