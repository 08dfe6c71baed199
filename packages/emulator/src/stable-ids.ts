import { createHash } from 'node:crypto'

/** The next id of a kind, as a GUID; the same ones in the same order for every emulator. */
export type StableIds = (kind: string) => string

/** Ids that tests can write down: the first `tenant` has the same one at each start and after each reset. */
export function stableIds(): StableIds {
  const made = new Map<string, number>()
  return kind => {
    const number = (made.get(kind) ?? 0) + 1
    made.set(kind, number)
    return stableGuid(`${kind} ${number}`)
  }
}

/** The GUID that belongs to a name. */
export function stableGuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  // The form of a random GUID (RFC 9562, section 5.4), which is what the services hand out.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
