import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { Emulator } from '../emulator.ts'
import { environmentText } from './environment-text.ts'

/** What the command prints first: where the emulator is, and which variables to set. */
export function greeting(
  { origin, origins, managedIdentity }: Pick<Emulator, 'origin' | 'origins' | 'managedIdentity'>,
  env: Readonly<Record<string, string>>,
  stream: Writable,
): string {
  const form = process.platform === 'win32' ? 'powershell' : 'shell'
  const dim = (text: string) => styleText('dim', text, { stream })
  const identity = environmentText(form, managedIdentity.appService).trimEnd().split('\n')
  return [
    `${styleText('bold', 'Cloud Partner emulator', { stream })} on ${origin}`,
    dim(`The page at ${origin}/ shows the traffic as it happens.`),
    ...ownOrigins(origin, origins).map(([name, own]) => dim(`${name} at ${own}`)),
    '',
    environmentText(form, env),
    dim('# for managed identity, as on App Service'),
    ...identity.map(dim),
    '',
    '',
  ].join('\n')
}

/** What the command prints first with `--json`: one object on a line. */
export function greetingJson(
  { origin, origins, ca }: Pick<Emulator, 'origin' | 'origins' | 'ca'>,
  env: Readonly<Record<string, string>>,
): string {
  const certificate = ca !== undefined && { ca }
  return `${JSON.stringify({ type: 'started', origin, origins, env, ...certificate })}\n`
}

/** The services that have an origin besides the common one. */
function ownOrigins(common: string, origins: Emulator['origins']): readonly [string, string][] {
  return Object.entries(origins).filter(([, own]) => own !== common)
}
