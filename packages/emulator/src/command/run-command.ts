import { constants } from 'node:os'
import { env as inherited, stderr, stdin, stdout } from 'node:process'
import spawn from 'cross-spawn'

/** The part of a process that a command is run from. */
export interface Signalled {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
}

const forwarded: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a program with these variables added to the environment and with this process's own input and
 * output, and passes signals on to it.
 *
 * Resolves to its exit code; as shells have it, to 128 and the number of the signal that ended it.
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
    // Ctrl-C reaches every process at the terminal by itself, and twice would mean more than once.
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

/** The program is not there or may not be run. */
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
