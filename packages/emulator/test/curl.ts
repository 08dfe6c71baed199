import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

/** Why command lines of curl cannot be tried here, or nothing when they can. */
export const noCurl: string | undefined = existsSync('/usr/bin/curl')
  ? undefined
  : 'there is no /usr/bin/curl'

// Where everything is to be checked, a missing program is a failure and no reason to skip.
if (noCurl !== undefined && process.env['CI'] === 'true') throw new Error(noCurl)

/** Runs a command line as a person would who pastes it into a shell with these variables. */
export async function answerTo(
  command: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = { PATH: process.env['PATH'], ...variables }
  const silent = command.replace(/^curl/, 'curl -s')
  return (await promisify(execFile)('sh', ['-c', silent], { env })).stdout
}
