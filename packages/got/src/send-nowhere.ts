import { request } from 'node:http'
import { Duplex } from 'node:stream'
import type { GotOptions } from './got-options.ts'
import { replaceRequest, type TakeBack } from './request-option.ts'

/**
 * Has got send a request that reaches nobody. It fails with `error`, and is not retried; without one it stays
 * unanswered until got's time-out.
 *
 * So what kept us from sending becomes got's own error, in the way that errors of the network take: got 11 lets errors
 * of hooks pass by `beforeError`, and no hook of any major can throw got's time-out.
 */
export function sendNowhere(options: GotOptions, error?: Error): TakeBack {
  const { retry } = options
  const { calculateDelay } = retry
  const putBack = replaceRequest(options, () => {
    const unanswered = request({ createConnection: () => new Duplex({ read() {}, write: drop }) })
    return error ? unanswered.destroy(error) : unanswered
  })
  if (error) retry.calculateDelay = () => 0
  return later => {
    putBack(later)
    retry.calculateDelay = calculateDelay
  }
}

function drop(_chunk: unknown, _encoding: string, done: () => void): void {
  done()
}
