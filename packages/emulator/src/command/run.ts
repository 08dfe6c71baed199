import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Writable } from 'node:stream'
import { secretsOf } from '../authority/directory.ts'
import type { Emulator } from '../emulator.ts'
import { checkedFaults } from '../faults/fault-schema.ts'
import { checkedSeed } from '../seed/seed-schema.ts'
import { startEmulator } from '../start-emulator.ts'
import { redactor } from '../traffic/redactor.ts'
import { type Arguments, NothingToRun, readArguments } from './arguments.ts'
import { greeting } from './greeting.ts'
import { trafficJson, trafficLine } from './traffic-line.ts'

/** The parts of a process that the command uses. */
export interface CommandProcess {
  readonly stdout: Writable
  readonly stderr: Writable
  once(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

/** Runs the emulator until it is told to end. Resolves to the exit code: 2 for a mistake of the caller. */
export async function run(argv: readonly string[], process: CommandProcess): Promise<number> {
  const out = (text: string) => process.stdout.write(text)
  const err = (text: string) => process.stderr.write(text)
  try {
    const options = readArguments(argv, packageVersion(), { out, err })
    const emulator = await start(options)
    try {
      await serve(emulator, options, process)
    } finally {
      await emulator.close()
    }
    return 0
  } catch (error) {
    if (error instanceof NothingToRun) return error.exitCode
    err(`cloud-partner-emulator: ${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof TypeError ? 2 : 1
  }
}

async function serve(
  emulator: Emulator,
  options: Arguments,
  process: CommandProcess,
): Promise<void> {
  const { stdout, stderr } = process
  const ended = endOf(process)
  if (options.ca !== undefined && emulator.ca !== undefined) writeFileSync(options.ca, emulator.ca)
  if (!isLoopback(options.host)) stderr.write(`${openToOthers(options.host)}\n`)
  stdout.write(greeting(emulator, options, stdout))
  const redact = redactor(() => secretsOf(emulator.tenants))
  emulator.watch(event => {
    if (event.phase !== 'ended') return
    stdout.write(options.json ? trafficJson(event, redact) : trafficLine(event, redact, stdout))
  })
  await ended
}

async function start(options: Arguments): Promise<Emulator> {
  const { host, port, tls } = options
  if (options.ca !== undefined && !tls) throw new TypeError('--ca needs --tls.')
  const faults = options.faults === undefined ? [] : checkedFaults(...jsonFile(options.faults))
  const seed = options.seed === undefined ? {} : checkedSeed(...jsonFile(options.seed))
  const emulator = await startEmulator({ host, port, tls, seed }).catch((error: unknown) => {
    throw isTaken(error)
      ? new Error(`Port ${port} is taken. Choose another with --port; 0 takes any free one.`)
      : error
  })
  for (const fault of faults) emulator.faults.add(fault)
  if (options.speed !== undefined) emulator.clock.speed(options.speed)
  return emulator
}

// The value and what to call it in a complaint.
function jsonFile(path: string): [unknown, string] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new TypeError(`The file ${path} cannot be read.`)
  }
  try {
    return [JSON.parse(text), `The file ${path}`]
  } catch (error) {
    const where = /position \d+.*$/.exec(String(error))?.[0]
    throw new TypeError(`The file ${path} is not JSON${where ? ` at ${where}` : ''}.`)
  }
}

function endOf(process: CommandProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  process.once('SIGINT', resolve)
  process.once('SIGTERM', resolve)
  // Whoever read the output has gone, as in `cloud-partner-emulator | head`.
  process.stdout.once('error', () => resolve())
  return promise
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host)
}

function openToOthers(host: string): string {
  return `Listening on ${host}: whoever can reach this machine can use the emulator and its tokens.`
}

function packageVersion(): string {
  // By its own name, since the source and the built file lie at different depths.
  const require = createRequire(import.meta.url)
  const { version } = require('@cloud-partner-auth/emulator/package.json') as { version: string }
  return version
}
