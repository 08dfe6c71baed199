import type { Call } from '../http/call.ts'
import { aadsts } from './aadsts.ts'

/**
 * The fields of a token request. A body of another content type counts as having none, so that the answer
 * complains about the first missing one, as Entra does.
 *
 * @throws AadstsError when a field is there twice.
 */
export async function readForm(call: Call): Promise<Map<string, string>> {
  const fields = new Map<string, string>()
  for (const [name, value] of await entries(call)) {
    if (fields.has(name)) throw aadsts(9000411, name)
    // Entra takes an empty field for a missing one.
    if (value !== '') fields.set(name, value)
  }
  return fields
}

async function entries(call: Call): Promise<Iterable<[string, string]>> {
  const type = call.headers['content-type'] ?? ''
  const content = new Uint8Array(call.body.content)
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return new URLSearchParams(Buffer.from(content).toString('utf8'))
  }
  if (!/^multipart\/form-data\b/i.test(type)) return []
  try {
    const form = await new Response(content, { headers: { 'content-type': type } }).formData()
    return [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  } catch {
    throw aadsts(9002313)
  }
}
