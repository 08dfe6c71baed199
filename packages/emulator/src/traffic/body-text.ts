import type { ReceivedBody } from '../http/received-body.ts'
import type { ApiRequest } from './api-request.ts'

const textLimit = 64 * 1024
// The log has no more entries than that.
const textCount = 10_000

/** Keeps the texts of bodies within bounds. */
export interface TextBudget {
  keep(body: ReceivedBody): ApiRequest['body']
  clear(): void
}

/**
 * Describes bodies with their text until those texts exceed `limit` characters together, and then
 * takes the oldest texts back: ten thousand bodies of 64 KiB would be too much to hold.
 */
export function textBudget(limit: number = 16 * 1024 * 1024): TextBudget {
  let held: { text?: string }[] = []
  let total = 0
  return {
    keep(received) {
      const { bytes, sha256, complete } = received
      const text = bodyText(received)
      if (text === undefined) return { bytes, sha256, complete }
      const body = { bytes, sha256, complete, text }
      if (text !== '') held.push(body)
      total += text.length
      while (total > limit || held.length > textCount) {
        const oldest = held.shift()
        if (!oldest) break
        total -= oldest.text?.length ?? 0
        delete oldest.text
      }
      return body
    },
    clear() {
      held = []
      total = 0
    },
  }
}

function bodyText(body: ReceivedBody): string | undefined {
  try {
    // `stream` accepts a character that the limit cuts in two.
    return new TextDecoder('utf-8', { fatal: true }).decode(body.content.subarray(0, textLimit), {
      stream: true,
    })
  } catch {
    // Not UTF-8: there is no text to keep.
    return undefined
  }
}
