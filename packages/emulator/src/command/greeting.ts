import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { Emulator } from '../emulator.ts'
import type { Arguments } from './arguments.ts'

/** The first thing that the command prints: where the emulator is and what to export. */
export function greeting(
  emulator: Emulator,
  { json, ca: caFile }: Pick<Arguments, 'json' | 'ca'>,
  stream: Writable,
): string {
  const { origin, ca } = emulator
  const env = {
    ...emulator.env,
    ...(caFile !== undefined && { NODE_EXTRA_CA_CERTS: resolve(caFile) }),
  }
  if (json)
    return `${JSON.stringify({ type: 'started', origin, env, ...(ca !== undefined && { ca }) })}\n`
  const dim = (text: string) => styleText('dim', text, { stream })
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}`)
  const { appService } = emulator.managedIdentity
  const identity = Object.entries(appService).map(
    ([name, value]) => `export ${name}=${quoted(value)}`,
  )
  return [
    `${styleText('bold', 'Cloud Partner emulator', { stream })} on ${origin}`,
    dim(`The page at ${origin}/ shows the traffic as it happens.`),
    '',
    ...exports,
    '',
    dim('# for managed identity, as on App Service'),
    ...identity.map(dim),
    '',
    '',
  ].join('\n')
}

// For a POSIX shell, in which nothing is special between single quotes but the quote itself.
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`
}
