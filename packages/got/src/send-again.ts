import type { GotResponse, GotRetry } from './got-options.ts'

/**
 * Has got begin the request anew, as if the answer had not been given: with all the caller's `afterResponse` hooks, of
 * which got drops some, and without spending one of the caller's retries or asking the caller's `calculateDelay`.
 */
export async function sendAgain({ request }: GotResponse, retry: GotRetry): Promise<GotResponse> {
  const { hooks, retry: rules } = request.options
  const { afterResponse } = hooks
  const { calculateDelay } = rules
  try {
    // Asked once, and not by got 11, which delays and counts nothing.
    return await retry({
      retry: {
        calculateDelay({ computedValue }) {
          rules.calculateDelay = calculateDelay
          request.retryCount--
          return computedValue
        },
      },
    })
  } finally {
    hooks.afterResponse = afterResponse
  }
}
