import { Command, CommanderError, InvalidArgumentError } from 'commander'

/** What the command was asked for. */
export interface Arguments {
  readonly port: number
  readonly host: string
  readonly seed?: string
  readonly faults?: string
  readonly tls: boolean
  readonly ca?: string
  readonly speed?: number
  readonly json: boolean
}

/** Why there is nothing to run: help or a version was asked for (0), or the arguments are wrong (2). */
export class NothingToRun extends Error {
  readonly exitCode: 0 | 2

  constructor(exitCode: 0 | 2) {
    super()
    this.exitCode = exitCode
  }
}

/** Where the command writes what it has to say. */
export interface Output {
  out(text: string): void
  err(text: string): void
}

/**
 * Reads the arguments; writes help, version and mistakes itself.
 *
 * @throws NothingToRun
 */
export function readArguments(argv: readonly string[], version: string, output: Output): Arguments {
  const command = new Command('cloud-partner-emulator')
    .description(
      'An Entra authority and a Cloud Partner Portal on loopback, for tests and development.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option('-p, --port <number>', 'the port to listen on; 0 takes any free one', wholeNumber, 4180)
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('-s, --seed <file>', 'a JSON file with tenants, apps, publishers and offers')
    .option('-f, --faults <file>', 'a JSON file with an array of faults')
    .option('--tls', 'listen on https with a certificate made at the start', false)
    .option(
      '--ca <file>',
      'with --tls, write the certificate that clients have to trust to this file',
    )
    .option('--speed <factor>', 'let the emulated time run so many times faster', factor)
    .option('--json', 'print one JSON object per line', false)
    .addHelpText('after', '\nThe page at the root of the origin shows the traffic as it happens.')
    .allowExcessArguments(false)
    .configureOutput({ writeOut: text => output.out(text), writeErr: text => output.err(text) })
    .exitOverride()
  try {
    command.parse(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) throw new NothingToRun(error.exitCode === 0 ? 0 : 2)
    throw error
  }
  return command.opts<Arguments>()
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number <= 65_535) return number
  throw new InvalidArgumentError('A port is a number from 0 to 65535.')
}

function factor(text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && number >= 0 && number <= 1e6) return number
  throw new InvalidArgumentError('A factor is a number from 0 to 1000000.')
}
