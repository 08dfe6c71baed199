import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { type EnvironmentForm, environmentForms } from './environment-text.ts'

/** What the arguments ask for. */
export interface Arguments {
  readonly port: number
  readonly host: string
  readonly seed?: string
  readonly faults?: string
  readonly tls?: boolean
  readonly ca?: string
  readonly ownOrigins?: boolean
  readonly webhooksAnywhere?: boolean
  readonly speed?: number
  readonly env?: EnvironmentForm
  readonly json?: boolean
  /** The program to run with the variables set, followed by its arguments. */
  readonly command?: readonly [string, ...string[]]
}

/** Thrown when help or the version was printed (exit code 0), or when the arguments are wrong (2). */
export class NothingToRun extends Error {
  readonly exitCode: 0 | 2

  constructor(exitCode: 0 | 2) {
    super()
    this.exitCode = exitCode
  }
}

/** Where the command prints. */
export interface Output {
  out(text: string): void
  err(text: string): void
}

const examples = `
Examples:
  cloud-partner-emulator                           print the variables, then the traffic
  cloud-partner-emulator -- npm test               run a command with the variables set
  cloud-partner-emulator --env dotenv > .env.test  write the variables to a file
  cloud-partner-emulator --seed contoso.json --speed 60

The page at the root of the origin shows the traffic as it happens.

Exit codes: 0 after Ctrl-C, 1 when the emulator cannot listen, 2 when the arguments or
a file are wrong; with a command that command's, 126 when it cannot be run and 127 when
there is none of that name. NO_COLOR is heeded.`

/**
 * Reads the arguments. Prints help, the version and what is wrong with them itself.
 *
 * @throws NothingToRun
 */
export function readArguments(argv: readonly string[], version: string, output: Output): Arguments {
  const end = argv.indexOf('--')
  const own = end < 0 ? argv : argv.slice(0, end)
  const [file, ...args] = end < 0 ? [] : argv.slice(end + 1)
  const command = parser(version, output)
  try {
    command.parse(own, { from: 'user' })
    if (command.args.length > 0) {
      const given = command.args.join(' ')
      command.error(`error: unexpected '${given}'\n(Did you mean -- ${given}?)`)
    }
    if (end >= 0 && file === undefined) command.error("error: a command is missing after '--'")
    const options = command.opts<Omit<Arguments, 'port' | 'command'> & { port?: number }>()
    if (file !== undefined && (options.json || options.env !== undefined)) {
      const option = options.json ? '--json' : '--env'
      command.error(`error: ${option} cannot be used with a command, whose output this is`)
    }
    const port = options.port ?? (file === undefined ? 4180 : 0)
    return { ...options, port, ...(file !== undefined && { command: [file, ...args] }) }
  } catch (error) {
    if (error instanceof CommanderError) throw new NothingToRun(error.exitCode === 0 ? 0 : 2)
    throw error
  }
}

function parser(version: string, output: Output): Command {
  return (
    new Command('cloud-partner-emulator')
      .description(
        "Microsoft Entra and a marketplace publisher's APIs on loopback, for tests and development.",
      )
      .usage('[options] [-- command …]')
      .version(version, '-V, --version', 'print the version')
      .helpOption('-h, --help', 'print this help')
      .option(
        '-p, --port <number>',
        'the port to listen on; 0 takes any free one (default: 4180, with a command 0)',
        wholeNumber,
      )
      .option('--host <address>', 'the address to listen on', '127.0.0.1')
      .option('-s, --seed <file>', 'a JSON file with what there is from the start')
      .option('-f, --faults <file>', 'a JSON file with an array of faults')
      .option('--tls', 'listen on https with a certificate made at the start')
      .option(
        '--ca <file>',
        'with --tls, write the certificate that clients have to trust to this file',
      )
      .option('--own-origins', 'give each service an origin of its own, as in production')
      .option('--webhooks-anywhere', 'send SaaS events to webhooks beyond loopback as well')
      .option('--speed <factor>', 'let the emulated time run so many times faster', factor)
      .addOption(
        new Option(
          '--env <form>',
          'print nothing but the variables to stdout, and the traffic to stderr',
        ).choices(environmentForms),
      )
      .option('--json', 'print one JSON object per line')
      .addHelpText('after', examples)
      // readArguments() complains about what is left over, and says what was probably meant.
      .allowExcessArguments(true)
      .showHelpAfterError('(--help lists the options)')
      .configureOutput({ writeOut: text => output.out(text), writeErr: text => output.err(text) })
      .exitOverride()
  )
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
