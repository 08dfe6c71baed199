/** The newest entries of one kind of traffic, in the order in which they arrived. */
export interface TrafficLog<Entry> {
  readonly entries: readonly Entry[]
  add(entry: Entry): void
  clear(): void
}

/** A log that forgets its oldest entry when it holds more than `limit`. */
export function trafficLog<Entry>(limit = 10_000): TrafficLog<Entry> {
  const entries: Entry[] = []
  return {
    entries,
    add(entry) {
      entries.push(entry)
      if (entries.length > limit) entries.shift()
    },
    clear() {
      entries.length = 0
    },
  }
}
