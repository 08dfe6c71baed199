/** The newest entries of one kind of traffic, in the order in which they arrived. */
export interface TrafficLog<Entry> {
  readonly entries: readonly Entry[]
  open(entry: Entry): void
  /** Adds to an entry what has become known since. */
  amend(entry: Entry, more: Partial<Entry>): void
  clear(): void
}

/** A log that forgets its oldest entry when it holds more than `limit`. */
export function trafficLog<Entry extends object>(limit = 10_000): TrafficLog<Entry> {
  const entries: Entry[] = []
  return {
    entries,
    open(entry) {
      entries.push(entry)
      if (entries.length > limit) entries.shift()
    },
    amend(entry, more) {
      Object.assign(entry, more)
    },
    clear() {
      entries.length = 0
    },
  }
}
