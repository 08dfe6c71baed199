import type { JsonObject } from '../../http/json-body.ts'

/** A member of a body, whose names the pages write with capitals and clients without. */
export function member(body: JsonObject, name: string): unknown {
  const wanted = name.toLowerCase()
  return Object.entries(body).find(([given]) => given.toLowerCase() === wanted)?.[1]
}
