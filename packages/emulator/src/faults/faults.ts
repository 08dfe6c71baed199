import { isApi } from '../api/api-name.ts'
import type { Head } from '../http/head.ts'
import type { Side } from '../http/side.ts'
import type { Fault } from './fault.ts'
import { checkedFault } from './fault-schema.ts'
import { pathPattern } from './path-pattern.ts'

/** The faults of an emulator, in the order in which they were added. */
export interface Faults {
  /**
   * Adds a fault. Each request meets the first one that applies to it and is not used up, so that
   * several with a `count` follow one another.
   *
   * @throws TypeError that names what is wrong with the fault.
   * @example
   * emulator.faults.add({ type: 'throttle', retryAfter: 2, count: 3 })
   */
  add(fault: Fault): ActiveFault
  /** The faults that are not used up. */
  readonly active: readonly ActiveFault[]
  clear(): void
}

/** A fault that has been added. */
export interface ActiveFault {
  readonly id: string
  readonly fault: Fault
  /** The number of requests that it has applied to. */
  readonly applied: number
  remove(): void
}

/** The faults as the server uses them. */
export interface FaultScript extends Faults {
  /** Finds the fault that applies to a request, and counts it. */
  take(side: Side, head: Head): TakenFault | undefined
}

/** A fault as one request meets it. */
export interface TakenFault {
  readonly fault: Fault
  /** When the fault was added, in emulated time. */
  readonly addedAt: number
}

interface Entry {
  readonly id: string
  readonly fault: Fault
  readonly addedAt: number
  readonly matches: (side: Side, head: Head) => boolean
  matched: number
  applied: number
}

/** Makes an empty list of faults. `now` tells when one was added. */
export function faultScript(now: () => number): FaultScript {
  let entries: Entry[] = []
  let added = 0

  function keep(wanted: (entry: Entry) => boolean): void {
    entries = entries.filter(wanted)
  }

  function active(entry: Entry): ActiveFault {
    return {
      id: entry.id,
      fault: entry.fault,
      get applied() {
        return entry.applied
      },
      remove: () => keep(other => other !== entry),
    }
  }

  return {
    add(value) {
      const fault = checkedFault(value)
      const entry: Entry = {
        id: String(++added),
        fault,
        addedAt: now(),
        matches: matcher(fault),
        matched: 0,
        applied: 0,
      }
      entries = [...entries, entry]
      return active(entry)
    },
    get active() {
      return entries.map(active)
    },
    clear: () => keep(() => false),
    take(side, head) {
      for (const entry of entries) {
        if (!entry.matches(side, head)) continue
        entry.matched++
        if (entry.matched <= (entry.fault.after ?? 0)) continue
        entry.applied++
        if (entry.applied === entry.fault.count) keep(other => other !== entry)
        return { fault: entry.fault, addedAt: entry.addedAt }
      }
      return undefined
    },
  }
}

function matcher({ type, on, path, method }: Fault): (side: Side, head: Head) => boolean {
  const side = on ?? (path === undefined ? defaultSide(type) : undefined)
  const pattern = path === undefined ? undefined : pathPattern(path)
  return (requested, head) =>
    requested !== 'page' &&
    requested !== 'elsewhere' &&
    (side === undefined || side === requested || (side === 'apis' && isApi(requested))) &&
    (pattern === undefined || pattern(head.path)) &&
    (method === undefined || method.toUpperCase() === head.method)
}

function defaultSide(type: Fault['type']): 'authority' | 'apis' {
  return type === 'expire-early' || type === 'same-token' ? 'authority' : 'apis'
}
