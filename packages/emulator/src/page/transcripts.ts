import type { Call } from '../http/call.ts'
import type { Reply } from '../http/reply.ts'
import { shownHeaders } from '../traffic/shown-headers.ts'

/** Headers and bodies of one request and its answer. It can hold secrets; `shownTranscript()` takes them out. */
export interface Transcript {
  readonly method: string
  /** The whole URL, with the origin that the request came to. */
  readonly url: string
  readonly request: Said
  readonly answer?: Said
}

/** Headers and body of a request or of an answer. */
export interface Said {
  /** Names in lower case. Of `authorization` there is only the scheme, and there are no cookies. */
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: number
  /** The first 64 KiB of a body in UTF-8; absent for any other body. */
  readonly text?: string
}

/** Remembers the newest requests with their answers, so that the page can show one that is opened. */
export interface Transcripts {
  received(call: Call): void
  answered(id: string, reply: Reply): void
  get(id: string): Transcript | undefined
  clear(): void
}

const textLimit = 64 * 1024

/** Remembers at most `count` transcripts, and at most `limit` characters of text; the oldest go first. */
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
    // With `stream` a character that the limit cuts in two is no error.
    return new TextDecoder('utf-8', { fatal: true }).decode(content.subarray(0, textLimit), {
      stream: true,
    })
  } catch {
    // The body is not UTF-8, so there is no text to keep.
    return undefined
  }
}
