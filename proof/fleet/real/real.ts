import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { type Emulator, type Fault, startEmulator } from '@cloud-partner-auth/emulator'
import type { Scenario } from '../scenarios.ts'
import {
  type AuthorityState,
  type Figures,
  type FleetProcess,
  figuresOf,
  type ProcessOptions,
  type Stage,
} from '../stage.ts'
import { type RedisServer, redisServer } from './redis-server.ts'
import type { Order, Report } from './worker.ts'

const second = 1_000
/** As in the simulation: what a token request takes. */
const latency = { on: 'authority', delay: 300 } as const

/** Plays a scenario with real processes, a real Redis server and an emulated authority, in real time. */
export async function real(
  { play, processOf = () => ({}) }: Scenario,
  { size, outage }: { readonly size: number; readonly outage: number },
): Promise<Figures> {
  await using redis = await redisServer()
  await using emulator = await startEmulator()
  await using fleet = await readyFleet(size, { redis, emulator, processOf })
  const { members } = fleet
  const started: Member[] = []
  const notes: Record<string, number> = {}
  const operations: number[] = []
  let beganAt = Date.now()
  let period = 5 * second
  const asked = () =>
    members
      .flatMap(({ reports }) => reports)
      .filter(({ type, at }) => type === 'asked' && at >= beganAt)
  setFault(emulator, faultOf.up)

  let lastCount = (await redis.operations()) ?? 0
  const sampling = setInterval(async () => {
    const count = await redis.operations()
    if (count === undefined) return
    operations.push(Math.max(0, count - lastCount))
    lastCount = count
  }, second)

  const stage: Stage = {
    size,
    outage,
    get processes() {
      return started.map(one => processOn(one, () => beganAt))
    },
    get period() {
      return period
    },
    set period(ms) {
      period = ms
      for (const one of started) one.tell({ type: 'period', period })
    },
    start(over) {
      for (const [index, one] of members.entries()) {
        started.push(one)
        void setTimeout((over * index) / size).then(() => one.tell({ type: 'start', period }))
      }
    },
    begin() {
      beganAt = Date.now()
      operations.length = 0
    },
    pass: ms => setTimeout(ms),
    get tokenRequests() {
      return asked().length
    },
    note(what, figure) {
      notes[what] = Math.round(figure)
    },
    authority: {
      be: state => setFault(emulator, faultOf[state]),
      limitFor(ms) {
        setFault(emulator, { ...latency, type: 'throttle', retryAfter: ms / second })
        void setTimeout(ms).then(() => setFault(emulator, faultOf.up))
      },
      revokeAll: () => emulator.revokeTokens(),
    },
    redis: {
      stop: redis.stop,
      async start() {
        await redis.start()
        lastCount = 0
      },
    },
  }
  await play(stage)
  clearInterval(sampling)

  const since = members.map(({ reports }) => reports.filter(({ at }) => at >= beganAt))
  const figures = figuresOf({
    size,
    tokenRequests: asked().length,
    requests: since.flat().filter(({ type }) => type === 'began').length,
    operations,
    servedAfter: since.map(reports => {
      const served = reports.find(({ type }) => type === 'served')
      return served && served.at - beganAt
    }),
    failures: since.flatMap(reports =>
      reports.flatMap(one =>
        one.type === 'failed' ? [{ after: one.beganAt - beganAt, what: one.what }] : [],
      ),
    ),
    notes,
  })
  const times = since.flat().flatMap(one => (one.type === 'told' ? [one.at - one.beganAt] : []))
  const tokenTime = times.reduce((sum, time) => sum + time, 0) / times.length
  return { ...figures, ...(times.length > 0 && { tokenTime }) }
}

const faultOf: Readonly<Record<AuthorityState, Fault>> = {
  up: { ...latency, type: 'slow' },
  busy: { ...latency, type: 'error', status: 503 },
  unreachable: { on: 'authority', type: 'reset' },
}

function setFault({ faults }: Emulator, fault: Fault): void {
  faults.clear()
  faults.add(fault)
}

interface Member {
  readonly reports: readonly Report[]
  tell(order: Order): void
}

function processOn({ reports, tell }: Member, beganAt: () => number): FleetProcess {
  return {
    get servedAfter() {
      const served = reports.find(({ type, at }) => type === 'served' && at >= beganAt())
      return served && served.at - beganAt()
    },
    request: () => tell({ type: 'request' }),
    replaceSecret: () => tell({ type: 'replaceSecret' }),
    stop: () => tell({ type: 'stop' }),
  }
}

interface Ground {
  readonly redis: RedisServer
  readonly emulator: Emulator
  processOf(index: number): ProcessOptions
}

/** So many processes, each connected and waiting to be told to start; made a few at a time, since each takes a core. */
async function readyFleet(
  size: number,
  ground: Ground,
): Promise<{ readonly members: readonly Member[] } & AsyncDisposable> {
  const members: Member[] = []
  const children: ChildProcess[] = []
  const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
  while (members.length < size) {
    const some = Array.from({ length: Math.min(10, size - members.length) }, (_, index) =>
      forked(ground, key, ground.processOf(members.length + index)),
    )
    children.push(...some.map(({ child }) => child))
    await Promise.all(some.map(({ ready }) => ready))
    members.push(...some)
  }
  return {
    members,
    async [Symbol.asyncDispose]() {
      const ended = children.map(child => child.exitCode === null && once(child, 'exit'))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(ended)
    },
  }
}

const nowhere = '127.0.0.1:1'

function forked(
  { redis, emulator }: Ground,
  key: string,
  { secret = 'right', clockOff = 0, cutOff }: ProcessOptions,
): Member & { readonly child: ChildProcess; readonly ready: Promise<unknown> } {
  const reports: Report[] = []
  const child = fork(new URL('worker.ts', import.meta.url), {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: new URL('../node_modules/.cache/', import.meta.url).pathname,
      ...emulator.env,
      AUTHORITY: cutOff === 'authority' ? `http://${nowhere}` : emulator.origin,
      REDIS_URL: cutOff === 'redis' ? `redis://${nowhere}` : redis.url,
      FIRST_SECRET: secret === 'right' ? (emulator.env['AZURE_CLIENT_SECRET'] ?? '') : 'wrong',
      TOKEN_STORE_KEY: key,
      CLOCK_OFF: String(clockOff),
    },
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-old-space-size=64'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.on('message', (report: Report) => reports.push(report))
  return {
    reports,
    child,
    ready: once(child, 'message'),
    tell: order => void (child.connected && child.send(order)),
  }
}
