import type { Redact } from '../traffic/redactor.ts'
import { formFields, isForm, withoutSecrets } from './shown-transcript.ts'
import type { Transcript } from './transcripts.ts'

/** The part of a transcript that a command line is made of. */
export type CurlRequest = Pick<Transcript, 'method' | 'url'> & {
  readonly request: Partial<Transcript['request']>
}

/**
 * Writes the curl command that sends a request again, for a POSIX shell. It sends `token` and not the one
 * that the request had, and takes the app's secret from the environment.
 */
export function curlCommand(
  { method, url, request }: CurlRequest,
  redact: Redact,
  token?: string,
): string {
  const { headers = {}, text = '', bytes = 0 } = request
  const form = isForm(headers['content-type'] ?? '')
  const kept = Object.entries(headers).filter(
    ([name]) => !own.has(name) && !(form && name === type),
  )
  const insecure = url.startsWith('https:') ? ['--insecure'] : []
  return [
    `curl -i${method === 'HEAD' ? 'I' : ''} ${quoted(redact(url))}`,
    ...(['GET', 'HEAD'].includes(method) ? [] : [`-X ${method}`]),
    ...insecure,
    ...(token === undefined ? [] : [`-H ${quoted(`Authorization: Bearer ${token}`)}`]),
    ...(headers['authorization'] === 'Basic' ? [`-u "$AZURE_CLIENT_ID:$AZURE_CLIENT_SECRET"`] : []),
    ...kept.map(([name, value]) => `-H ${quoted(`${name}: ${redact(value)}`)}`),
    ...(form ? formFields(text, redact).map(field) : data(text, bytes, redact)),
  ].join(' \\\n  ')
}

// Headers that curl sets by itself or that belong to the client of the first request.
const own = new Set([
  ...['host', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'expect'],
  ...['accept-encoding', 'accept-language', 'user-agent', 'sec-fetch-mode', 'authorization'],
])
const type = 'content-type'

function field([name, value]: [string, string]): string {
  const variable = { client_secret: 'AZURE_CLIENT_SECRET', client_assertion: 'CLIENT_ASSERTION' }[
    name
  ]
  if (variable !== undefined) return `--data-urlencode "${name}=$${variable}"`
  return `--data-urlencode ${quoted(`${name}=${value}`)}`
}

function data(text: string, bytes: number, redact: Redact): string[] {
  if (bytes === 0) return []
  // curl complains that there is no file "body". Sending another body without a word would be worse.
  if (Buffer.byteLength(text) < bytes) return ['--data-binary @body']
  return [`--data-raw ${quoted(withoutSecrets(text, redact))}`]
}

// Nothing is special between single quotes but the quote itself.
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
