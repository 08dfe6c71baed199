import type { InternalAxiosRequestConfig as Config } from 'axios'

type Fetch = typeof globalThis.fetch
type FetchConfig = Pick<Config, 'env' | 'fetchOptions'>

/**
 * Changes to a config by which the fetch adapter hands over the answers of `fetch` (since axios 1.12): it keeps to itself
 * where they came from. The other adapters make nothing of them.
 */
export function tellingFetch(
  { env, fetchOptions }: FetchConfig,
  answered: (response: Response) => void,
): FetchConfig {
  return {
    env: { ...env, fetch: telling },
    fetchOptions: { ...fetchOptions, [ours]: { fetch: env?.fetch, answered } },
  }
}

const ours = 'cloudPartnerAuth'

/** One function for all, since axios keeps an adapter for each `fetch` it meets. What differs comes by the options. */
const telling: Fetch = async (request, options) => {
  const { [ours]: told, ...rest } = Object(options)
  const fetch: Fetch = told?.fetch ?? globalThis.fetch
  const response = await fetch(request, Object.keys(rest).length ? rest : undefined)
  told?.answered(response)
  return response
}
