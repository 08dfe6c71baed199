import type { Redact } from '../traffic/redactor.ts'
import type { TrafficEvent } from '../traffic/traffic-event.ts'
import type { ShownEntry } from './protocol.ts'

/** Describes one request for the page, without secrets. Headers and bodies are read on demand. */
export function shownEntry({ phase, type, entry }: TrafficEvent, redact: Redact): ShownEntry {
  const shown = { phase, type, ...entry, headers: undefined, body: undefined }
  return JSON.parse(
    JSON.stringify(shown, (_, value: unknown) =>
      typeof value === 'string' ? redact(value) : value,
    ),
  )
}
