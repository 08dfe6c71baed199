import type { Redact } from '../traffic/redactor.ts'
import type { TrafficEvent } from '../traffic/traffic-event.ts'
import type { ShownEntry } from './protocol.ts'

/** One request as the page is told of it: nothing in it is secret, and what was said stays here. */
export function shownEntry({ phase, type, entry }: TrafficEvent, redact: Redact): ShownEntry {
  const shown = { phase, type, ...entry, headers: undefined, body: undefined }
  return JSON.parse(
    JSON.stringify(shown, (_, value: unknown) =>
      typeof value === 'string' ? redact(value) : value,
    ),
  )
}
