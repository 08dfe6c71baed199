import type { ShownGroup, ShownThing } from './protocol.ts'

const limit = 20

/** Things of one kind, of which the first few are shown; `count` says how many there are in all. */
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

/** The newest few of a list that grows at its end, the newest first. */
export function newest<Thing>(things: readonly Thing[]): Thing[] {
  return things.slice(-limit).reverse()
}
