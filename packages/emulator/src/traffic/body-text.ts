import type { ReceivedBody } from '../http/received-body.ts'

const textLimit = 64 * 1024

/** The first 64 KiB of a body as text, or nothing when they are not UTF-8. */
export function bodyText(body: ReceivedBody): string | undefined {
  try {
    // `stream` accepts a character that the limit cuts in two.
    return new TextDecoder('utf-8', { fatal: true }).decode(body.content.subarray(0, textLimit), {
      stream: true,
    })
  } catch {
    return undefined
  }
}
