/** `promise`, or what `late` comes to where that has not settled within `limit` milliseconds. */
export function unlessLate<T>(
  promise: Promise<T>,
  limit: number,
  late: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late()), limit)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** `promise`, or the reason of `signal` as soon as it is aborted. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
  })
}
