import type { Redact } from '../traffic/redactor.ts'
import type { TrafficEvent } from '../traffic/traffic-event.ts'

/** One request as the page is told of it: nothing in it is secret, and bodies stay here. */
export function shownEntry({ phase, type, entry }: TrafficEvent, redact: Redact): object {
  const shown = { phase, type, ...entry, ...('body' in entry && { body: withoutText(entry.body) }) }
  return JSON.parse(
    JSON.stringify(shown, (_, value: unknown) =>
      typeof value === 'string' ? redact(value) : value,
    ),
  )
}

function withoutText({ text: _, ...rest }: { text?: string }): object {
  return rest
}
