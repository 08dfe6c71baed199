import axios, { type InternalAxiosRequestConfig as Config } from 'axios'

/** The waiting of one request for its token, which its own cancellation and time-out end as they end the sending. */
export interface TokenWait {
  /** Absent where nothing can end the waiting. */
  readonly signal: AbortSignal | undefined
  /** The part of the time-out that is left for the sending. */
  timeLeft(): Pick<Config, 'timeout' | 'timeoutErrorMessage'>
  end(): void
}

export function tokenWait(config: Config): TokenWait {
  const { signal, cancelToken, transitional } = config
  const timeout = Number(config.timeout)
  const endsAt = Date.now() + timeout
  const message = config.timeoutErrorMessage || `timeout of ${config.timeout}ms exceeded`
  const { ECONNABORTED, ETIMEDOUT } = axios.AxiosError

  const waiting = timeout > 0 || signal || cancelToken ? new AbortController() : undefined
  // Without a reason: whatever a cancelled request rejects with, axios makes its own CanceledError of it.
  const cancel = () => waiting?.abort()
  const timer = timeout > 0 ? setTimeout(expire, timeout) : undefined
  signal?.addEventListener?.('abort', cancel)
  cancelToken?.subscribe(cancel)

  function expire() {
    const code = transitional?.clarifyTimeoutError ? ETIMEDOUT : ECONNABORTED
    waiting?.abort(new axios.AxiosError(message, code, config))
  }

  function timeLeft() {
    const left = endsAt - Date.now()
    // The error of the sending speaks of the whole time-out, which is what the caller set.
    return timeout > 0 && left < timeout
      ? { timeout: Math.max(left, 1), timeoutErrorMessage: message }
      : {}
  }

  function end() {
    clearTimeout(timer)
    signal?.removeEventListener?.('abort', cancel)
    cancelToken?.unsubscribe(cancel)
  }

  return { signal: waiting?.signal, timeLeft, end }
}
