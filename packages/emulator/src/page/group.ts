import type { ShownGroup, ShownThing } from './protocol.ts'

const limit = 20

/** The newest things of one kind, which are given newest first. */
export function group<Thing>(
  title: string,
  api: string,
  things: readonly Thing[],
  shown: (thing: Thing) => ShownThing,
): ShownGroup {
  const newest = things.slice(0, limit)
  return { title, api, things: newest.map(shown), more: things.length - newest.length }
}
