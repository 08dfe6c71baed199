/** The forms in which environment variables can be written. */
export const environmentForms = ['shell', 'powershell', 'dotenv', 'json'] as const

/** One of `environmentForms`. */
export type EnvironmentForm = (typeof environmentForms)[number]

/**
 * Writes environment variables, one a line: for a POSIX shell, for PowerShell, for a file that
 * `node --env-file`, dotenv or Docker Compose reads, or as one JSON object.
 *
 * @throws TypeError when a value cannot be written in that form.
 */
export function environmentText(
  form: EnvironmentForm,
  env: Readonly<Record<string, string>>,
): string {
  if (form === 'json') return `${JSON.stringify(env, null, 2)}\n`
  return Object.entries(env)
    .map(([name, value]) => `${lines[form](name, value)}\n`)
    .join('')
}

const lines: Record<Exclude<EnvironmentForm, 'json'>, (name: string, value: string) => string> = {
  // Nothing is special between single quotes but the quote itself.
  shell: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  // PowerShell takes four typographic quotes for single quotes as well. A doubled quote stands for itself.
  powershell: (name, value) => `$env:${name} = '${value.replace(/['\u2018-\u201b]/g, '$&$&')}'`,
  dotenv: (name, value) => `${name}=${dotenvValue(name, value)}`,
}

// All readers of such files take plain words and single quotes alike; between double quotes some replace `$`.
function dotenvValue(name: string, value: string): string {
  if (/^[\w.:/@%+~-]*$/.test(value)) return value
  if (!/['\\\r\n]/.test(value)) return `'${value}'`
  if (!/["$\\\r\n]/.test(value)) return `"${value}"`
  throw new TypeError(`The value of ${name} cannot be written in a dotenv file; use --env json.`)
}
