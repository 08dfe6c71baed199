import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { secretsOf } from '../authority/directory.ts'
import type { Emulator } from '../emulator.ts'
import { checkedFaults } from '../faults/fault-schema.ts'
import { checkedSeed } from '../seed/seed-schema.ts'
import { startEmulator } from '../start-emulator.ts'
import { redactor } from '../traffic/redactor.ts'
import { type Arguments, NothingToRun, readArguments } from './arguments.ts'
import { environmentText } from './environment-text.ts'
import { greeting, greetingJson } from './greeting.ts'
import { CommandNotRun, runCommand, type Signalled } from './run-command.ts'
import { trafficJson, trafficLine } from './traffic-line.ts'

/** The parts of a process that the command uses. */
export interface CommandProcess extends Signalled {
  readonly stdout: Writable
  readonly stderr: Writable
}

/** Runs the emulator until it is told to end, or until its command has ended. Resolves to the exit code. */
export async function run(argv: readonly string[], process: CommandProcess): Promise<number> {
  const out = (text: string) => process.stdout.write(text)
  const err = (text: string) => process.stderr.write(text)
  try {
    const options = readArguments(argv, packageVersion(), { out, err })
    const emulator = await start(options)
    if (!isLoopback(options.host)) err(`${openToOthers(options.host)}\n`)
    const certificate = certificateFile(emulator.ca, options)
    try {
      const env = { ...emulator.env, ...certificate?.env }
      if (options.command) return await runCommand(options.command, env, process)
      await serve(emulator, env, options, process)
      return 0
    } finally {
      certificate?.remove()
      await emulator.close()
    }
  } catch (error) {
    if (error instanceof NothingToRun) return error.exitCode
    err(`cloud-partner-emulator: ${error instanceof Error ? error.message : String(error)}\n`)
    if (error instanceof CommandNotRun) return error.exitCode
    return error instanceof TypeError ? 2 : 1
  }
}

async function serve(
  emulator: Emulator,
  env: Readonly<Record<string, string>>,
  options: Arguments,
  process: CommandProcess,
): Promise<void> {
  const { stdout, stderr } = process
  const ended = endOf(process)
  if (options.env !== undefined) stdout.write(environmentText(options.env, env))
  else stdout.write(options.json ? greetingJson(emulator, env) : greeting(emulator, env, stdout))
  const traffic = options.env === undefined ? stdout : stderr
  const redact = redactor(() => secretsOf(emulator.tenants))
  emulator.watch(event => {
    if (event.phase !== 'ended') return
    traffic.write(options.json ? trafficJson(event, redact) : trafficLine(event, redact, traffic))
  })
  await ended
}

async function start(options: Arguments): Promise<Emulator> {
  const { host, port, tls = false, ownOrigins = false, webhooksAnywhere = false } = options
  if (options.ca !== undefined && !tls) throw new TypeError('--ca needs --tls.')
  const faults = options.faults === undefined ? [] : checkedFaults(...jsonFile(options.faults))
  const seed = options.seed === undefined ? {} : checkedSeed(...jsonFile(options.seed))
  const started = startEmulator({ host, port, tls, ownOrigins, webhooksAnywhere, seed })
  const emulator = await started.catch((error: unknown) => {
    throw isTaken(error)
      ? new Error(`Port ${port} is taken. Choose another with --port; 0 takes any free one.`)
      : error
  })
  for (const fault of faults) emulator.faults.add(fault)
  if (options.speed !== undefined) emulator.clock.speed(options.speed)
  return emulator
}

// The value in the file, and what an error calls it.
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
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
  // Writing fails when the reader of the output has gone, as in `cloud-partner-emulator | head`.
  process.stdout.once('error', () => resolve())
  return promise
}

/** Writes the certificate to the file of `--ca`, or for a command to one that is removed afterwards. */
function certificateFile(
  certificate: string | undefined,
  { ca, command }: Arguments,
): { readonly env: Record<string, string>; remove(): void } | undefined {
  if (certificate === undefined || (ca === undefined && command === undefined)) return undefined
  const folder = ca === undefined ? mkdtempSync(join(tmpdir(), 'cloud-partner-emulator-')) : ''
  const path = resolve(ca ?? join(folder, 'ca.pem'))
  writeFileSync(path, certificate)
  return {
    env: { NODE_EXTRA_CA_CERTS: path },
    remove() {
      if (folder !== '') rmSync(folder, { recursive: true, force: true })
    },
  }
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
  // Found by the package's name, since the source and the built file lie at different depths.
  const require = createRequire(import.meta.url)
  const { version } = require('@cloud-partner-auth/emulator/package.json') as { version: string }
  return version
}
