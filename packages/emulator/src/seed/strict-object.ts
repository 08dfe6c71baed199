import { type ObjectEntries, type StrictObjectSchema, strictObject as strict } from 'valibot'

/**
 * The schema of an object with these members and no others. Its table of members has no prototype: what some
 * package adds to `Object.prototype` would be a required member otherwise.
 */
export function strictObject<const Entries extends ObjectEntries>(
  entries: Entries,
): StrictObjectSchema<Entries, undefined> {
  return strict(Object.assign(Object.create(null), entries) as Entries)
}
