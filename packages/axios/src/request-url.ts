import axios, { type AxiosRequestConfig, type InternalAxiosRequestConfig as Config } from 'axios'

// An instance without defaults: `axios.getUri` would mix in those an application gave to its global axios.
const bare = new axios.Axios({})

export interface RequestUrl {
  /** The whole URL; empty where axios can make none of the config, which then is axios's to complain about. */
  readonly url: string
  /** What of a config makes it go to `url`: this URL with something added to its query. */
  at(url: string): Partial<Config>
}

/** The URL that a config goes to: its own, with its base URL and its serialized params, in this axios's own way. */
export function requestUrl(config: Config): RequestUrl {
  const { baseURL, url = '', allowAbsoluteUrls, params, paramsSerializer } = config
  // Axios takes an option that is undefined for one that is absent, but its types do not say so.
  const location = { baseURL, url, allowAbsoluteUrls } as AxiosRequestConfig
  const whole = { baseURL: '', allowAbsoluteUrls: true }
  try {
    const path = bare.getUri(location)
    const all = params
      ? bare.getUri({ ...location, params, paramsSerializer } as AxiosRequestConfig)
      : path
    if (all === path) return { url: all, at: url => ({ ...whole, url, params: undefined }) }

    // The http adapter sends serialized params byte for byte but normalizes the URL, so neither may become the other.
    const pathname = path.split('#', 1)[0] as string
    const query = (url: string) => url.slice(pathname.length + 1)
    return {
      url: all,
      at: url => ({ ...whole, url: pathname, paramsSerializer: { serialize: () => query(url) } }),
    }
  } catch {
    return { url: '', at: () => ({}) }
  }
}
