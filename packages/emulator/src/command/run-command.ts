import { constants } from 'node:os'
import { env as inherited, stderr, stdin, stdout } from 'node:process'
import spawn from 'cross-spawn'

/** The part of this process that signals arrive at. */
export interface Signalled {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
}

const forwarded: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a program with `env` added to the environment. It has this process's own input and output, and gets
 * the signals that this process gets.
 *
 * Resolves to its exit code. If a signal ended it, that is 128 plus the signal's number, as in shells.
 *
 * @throws CommandNotRun
 */
export function runCommand(
  [file, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  process: Signalled,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const child = spawn(file, args, { stdio: 'inherit', env: { ...inherited, ...env } })
  const forward = (signal: NodeJS.Signals) => {
    // A terminal sends Ctrl-C to the program as well. A second one would tell it to stop at once.
    if (signal !== 'SIGINT' || !atTerminal()) child.kill(signal)
  }
  for (const signal of forwarded) process.on(signal, forward)
  child.once('error', error => reject(new CommandNotRun(file, error)))
  child.once('exit', (code, signal) =>
    resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']),
  )
  return promise.finally(() => {
    for (const signal of forwarded) process.off(signal, forward)
  })
}

/** Thrown when there is no such program (exit code 127) or it may not be run (126). */
export class CommandNotRun extends Error {
  readonly exitCode: 126 | 127

  constructor(file: string, error: NodeJS.ErrnoException) {
    const missing = error.code === 'ENOENT'
    super(missing ? `There is no command ${file}.` : `${file} cannot be run (${error.code}).`)
    this.exitCode = missing ? 127 : 126
  }
}

function atTerminal(): boolean {
  return stdin.isTTY || stdout.isTTY || stderr.isTTY
}
