import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { RedisCost } from './simulation/virtual-redis.ts'
import type { Figures } from './stage.ts'

const minute = 60_000
/** The network's part of an operation, in milliseconds: a server in the same zone. */
const roundTrip = 1
/** Where there is no Redis server to measure: what one operation took on a core of 2026, in milliseconds. */
const usualOperation = 0.035

/** What an operation costs here and now. */
export async function redisCost(): Promise<RedisCost & { readonly measured: boolean }> {
  const measured = spawnSync('redis-server', ['--version']).status === 0
  const operation = measured ? await run<number>('real/redis-cost.ts', []) : usualOperation
  return { operation, roundTrip, measured }
}

/** Plays it in virtual time, in a process of its own. */
export async function playSimulated(
  name: string,
  plan: {
    readonly size: number
    readonly cost: RedisCost
    readonly outage?: number
    readonly shared?: boolean
    readonly tokenTime?: number | undefined
  },
): Promise<Figures> {
  const whole = JSON.stringify({ outage: 10 * minute, shared: true, ...plan })
  return run('simulation/run.ts', [name, whole])
}

/** Plays it with real processes, a real Redis server and an emulated authority. */
export function playReal(
  name: string,
  plan: { readonly size: number; readonly outage: number },
): Promise<Figures> {
  return run('real/run.ts', [name, JSON.stringify(plan)])
}

async function run<Result>(program: string, args: readonly string[]): Promise<Result> {
  const path = fileURLToPath(new URL(program, import.meta.url))
  const options = ['--max-semi-space-size=128', '--max-old-space-size=8192']
  const { stdout } = await promisify(execFile)(process.execPath, [...options, path, ...args])
  return JSON.parse(stdout) as Result // what our own programs print
}
