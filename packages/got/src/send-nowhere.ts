import { request } from 'node:http'
import { Socket } from 'node:net'
import type { GotOptions } from './got-options.ts'
import { lend, replaceRequest, type TakeBack } from './request-function.ts'

/**
 * Has got send a request that reaches nobody. It fails with `error`, and is not retried; without one it stays
 * unanswered until got's time-out.
 *
 * So what kept us from sending becomes got's own error, in the way that errors of the network take: got 11 lets errors
 * of hooks pass by `beforeError`, and no hook of any major can throw got's time-out.
 */
export function sendNowhere(options: GotOptions, error?: Error): TakeBack {
  const takeDelayBack = error ? unretried(options) : () => {}
  const takeBack = replaceRequest(options, () => {
    const unanswered = request({ createConnection: unconnected })
    return error ? unanswered.destroy(error) : unanswered
  })
  return () => {
    takeBack()
    takeDelayBack()
  }
}

/** Has got not retry, whatever the caller's `calculateDelay` says. */
export function unretried({ retry }: GotOptions): TakeBack {
  return lend(retry, 'calculateDelay', () => 0)
}

/** A socket, since got sets a time-out for it, that takes everything and has no connection. */
function unconnected(): Socket {
  return Object.assign(new Socket(), { _write: drop, _writev: null })
}

function drop(_chunk: unknown, _encoding: string, done: () => void): void {
  done()
}
