import type { Call } from '../http/call.ts'
import type { Reply } from '../http/reply.ts'
import { shownHeaders } from '../traffic/shown-headers.ts'

/** What one request and its answer said. Secrets may be in it: it is shown by way of `shownTranscript()`. */
export interface Transcript {
  readonly method: string
  /** With the origin that it came to. */
  readonly url: string
  readonly request: Said
  readonly answer?: Said
}

/** Headers and body of one side. */
export interface Said {
  /** In lower case; of `authorization` only the scheme, and no cookies. */
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: number
  /** Up to 64 KiB, when it is UTF-8. */
  readonly text?: string
}

/** Remembers what the newest requests and their answers said, for whoever opens one on the page. */
export interface Transcripts {
  received(call: Call): void
  answered(id: string, reply: Reply): void
  get(id: string): Transcript | undefined
  clear(): void
}

const textLimit = 64 * 1024

/** Forgets the oldest when there are more than `count`, or when their texts exceed `limit` characters. */
export function transcripts(count = 500, limit: number = 8 * 1024 * 1024): Transcripts {
  const kept = new Map<string, Transcript>()
  let total = 0

  function keep(id: string, transcript: Transcript): void {
    forget(id)
    kept.set(id, transcript)
    total += sizeOf(transcript)
    for (const oldest of kept.keys()) {
      if (kept.size <= count && total <= limit) break
      forget(oldest)
    }
  }

  function forget(id: string): void {
    const known = kept.get(id)
    if (!known) return
    kept.delete(id)
    total -= sizeOf(known)
  }

  return {
    received({ id, method, url, origin, headers, body }) {
      const text = textOf(body.content)
      keep(id, {
        method,
        url: origin + url,
        request: {
          headers: shownHeaders(headers),
          bytes: body.bytes,
          ...(text !== undefined && { text }),
        },
      })
    },
    answered(id, { headers, body }) {
      const known = kept.get(id)
      if (!known) return
      const content = Buffer.from(body)
      const answer = {
        headers: oneEach(headers),
        bytes: content.length,
        text: textOf(content) ?? '',
      }
      keep(id, { ...known, answer })
    },
    get: id => kept.get(id),
    clear() {
      kept.clear()
      total = 0
    },
  }
}

function sizeOf({ request, answer }: Transcript): number {
  return (request.text?.length ?? 0) + (answer?.text?.length ?? 0)
}

function oneEach(headers: Reply['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  )
}

function textOf(content: Buffer): string | undefined {
  try {
    // `stream` accepts a character that the limit cuts in two.
    return new TextDecoder('utf-8', { fatal: true }).decode(content.subarray(0, textLimit), {
      stream: true,
    })
  } catch {
    // Not UTF-8: there is no text to keep.
    return undefined
  }
}
