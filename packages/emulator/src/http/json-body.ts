import type { ReceivedBody } from './received-body.ts'

/** The object that a body holds as JSON, whatever its content type says; nothing when it holds none. */
export function readJsonObject(body: ReceivedBody): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body.content)
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    // Whatever is wrong with it, the answer is that it is no JSON object.
    return undefined
  }
}
