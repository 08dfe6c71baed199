import type { ShownGroup, ShownThing } from './protocol.ts'

const limit = 20

/** Describes the first few things of one kind; `count` is how many there are in all. */
export function group<Thing>(
  title: string,
  api: string,
  things: readonly Thing[],
  shown: (thing: Thing) => ShownThing,
  count: number = things.length,
): ShownGroup {
  const first = things.slice(0, limit)
  return { title, api, things: first.map(shown), more: count - first.length }
}

/** The last few of a list that grows at its end, the newest first. */
export function newest<Thing>(things: readonly Thing[]): Thing[] {
  return things.slice(-limit).reverse()
}
