import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { Emulator } from '../emulator.ts'
import { environmentText } from './environment-text.ts'

/** What the command prints first: where the emulator is, and which variables to set. */
export function greeting(
  { origin, managedIdentity }: Pick<Emulator, 'origin' | 'managedIdentity'>,
  env: Readonly<Record<string, string>>,
  stream: Writable,
): string {
  const form = process.platform === 'win32' ? 'powershell' : 'shell'
  const dim = (text: string) => styleText('dim', text, { stream })
  const identity = environmentText(form, managedIdentity.appService).trimEnd().split('\n')
  return [
    `${styleText('bold', 'Cloud Partner emulator', { stream })} on ${origin}`,
    dim(`The page at ${origin}/ shows the traffic as it happens.`),
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
  { origin, ca }: Pick<Emulator, 'origin' | 'ca'>,
  env: Readonly<Record<string, string>>,
): string {
  return `${JSON.stringify({ type: 'started', origin, env, ...(ca !== undefined && { ca }) })}\n`
}
