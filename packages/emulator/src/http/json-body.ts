import type { ReceivedBody } from './received-body.ts'

/** An object as JSON has it. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The object that a body holds as JSON, whatever its content type says; nothing when it holds none. */
export function readJsonObject(body: ReceivedBody): JsonObject | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body.content)
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    // Whatever is wrong with it, the answer is that it is no JSON object.
    return undefined
  }
}

/** Whether a value is an object and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A whole number, which some clients send as text. */
export function wholeNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value)
  return Number.isInteger(value) ? (value as number) : undefined
}
