import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** A request's body as it came over the wire. */
export interface ReceivedBody {
  readonly bytes: number
  /** In hex, of every byte received. */
  readonly sha256: string
  /** The first bytes, up to the limit of `receiveBody`. */
  readonly content: Buffer
  /** False when the client went away before the end. */
  readonly complete: boolean
}

const contentLimit = 4 * 1024 * 1024
const emptySha256 = createHash('sha256').digest('hex')

/**
 * Reads a body to its end, whatever its size, and keeps its first 4 MiB. Answering before the end
 * would reset connections of clients that are still sending, and they would never see the answer.
 */
export function receiveBody(request: IncomingMessage): Promise<ReceivedBody> {
  const { promise, resolve } = Promise.withResolvers<ReceivedBody>()
  const hash = createHash('sha256')
  const chunks: Buffer[] = []
  let bytes = 0
  let kept = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    hash.update(chunk)
    if (kept < contentLimit) {
      const part = chunk.subarray(0, contentLimit - kept)
      kept += part.length
      chunks.push(part)
    }
  })
  const done = (complete: boolean) =>
    resolve({
      bytes,
      sha256: bytes === 0 ? emptySha256 : hash.digest('hex'),
      content: Buffer.concat(chunks),
      complete,
    })
  request.once('end', () => done(true))
  request.once('error', () => request.destroy())
  request.once('close', () => {
    if (!request.readableEnded) done(false)
  })
  return promise
}

/** True when the body is larger than what the emulator keeps of one. */
export function exceedsLimit(body: ReceivedBody): boolean {
  return body.bytes > contentLimit
}
