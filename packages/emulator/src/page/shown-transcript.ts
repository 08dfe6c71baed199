import type { Redact } from '../traffic/redactor.ts'
import type { ShownSide, ShownTranscript } from './protocol.ts'
import type { Said, Transcript } from './transcripts.ts'

/** Takes tokens and secrets out of a transcript and lays its bodies out for reading. */
export function shownTranscript({ request, answer }: Transcript, redact: Redact): ShownTranscript {
  return {
    request: shownSide(request, redact),
    ...(answer && { answer: shownSide(answer, redact) }),
  }
}

function shownSide({ headers, bytes, text }: Said, redact: Redact): ShownSide {
  const shown = Object.entries(headers).map(([name, value]) => [
    name,
    isSecret(name) ? redacted : redact(value),
  ])
  return {
    headers: Object.fromEntries(shown),
    bytes,
    ...(text !== undefined && { text: shownText(text, headers['content-type'] ?? '', redact) }),
    cut: text !== undefined && Buffer.byteLength(text) < bytes,
  }
}

function shownText(text: string, type: string, redact: Redact): string {
  if (isForm(type)) {
    return formFields(text, redact)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n')
  }
  return withoutSecrets(text, redact, 2)
}

/** Whether a content type is that of an HTML form. */
export function isForm(type: string): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(type)
}

/** The fields of a form in their order; a secret is replaced by `[redacted]`. */
export function formFields(text: string, redact: Redact): [string, string][] {
  return [...new URLSearchParams(text)].map(([name, value]) => [
    redact(name),
    isSecret(name) ? redacted : byLine(value, redact),
  ])
}

/**
 * A body without its secrets. In JSON a member is a secret by its name; in any text tokens are recognized by
 * their form, and the secrets that apps have by their value. JSON is indented by `indent` spaces.
 */
export function withoutSecrets(text: string, redact: Redact, indent = 0): string {
  try {
    return JSON.stringify(JSON.parse(text, shownMember(redact)), undefined, indent)
  } catch {
    // The text is no JSON, or only the beginning of it.
    return byLine(text, redact)
  }
}

const redacted = '[redacted]'

function shownMember(redact: Redact): (name: string, value: unknown, context?: Source) => unknown {
  return (name, value, context) => {
    if (isSecret(name) && value !== null && value !== '') return redacted
    if (typeof value === 'string') return byLine(value, redact)
    // A number that JavaScript cannot represent exactly is written as it came.
    return typeof value === 'number' && context ? exactly(value, context.source) : value
  }
}

interface Source {
  readonly source?: string
}

function exactly(value: number, source = ''): unknown {
  const { rawJSON } = JSON as { rawJSON?: (text: string) => unknown }
  return String(value) === source || !rawJSON ? value : rawJSON(source)
}

function isSecret(name: string): boolean {
  return /secret|password|assertion|^(access|refresh|id)?_?token$|^x-ms-marketplace-token$/i.test(
    name,
  )
}

// The redactor takes out control characters, and line breaks are among them.
function byLine(text: string, redact: Redact): string {
  return text
    .split('\n')
    .map(line => redact(line.replace(/\r$/, '')))
    .join('\n')
}
