import type { CloudPartnerAuth } from '@cloud-partner-auth/core/adapter'
import axios, { type InternalAxiosRequestConfig as Config } from 'axios'

export interface RequestUrl {
  /** Empty where axios can make none of the config, which then is axios's to complain about. */
  readonly url: string
  /** What of a config makes it go to `url`: this URL with something added to its query. Absent: `url` is not covered. */
  readonly at?: (url: string) => Partial<Config>
}

/**
 * The URL that a config goes to: its own, with its base URL, in this axios's own way. With its params as well where it
 * is covered: a serializer of the caller's runs once, here or in axios.
 */
export function requestUrl(config: Config, auth: Pick<CloudPartnerAuth, 'covering'>): RequestUrl {
  const { baseURL, url = '', allowAbsoluteUrls, params, paramsSerializer } = config
  // Axios takes an option that is undefined for one that is absent, but its types do not say so.
  const location = { baseURL, url, allowAbsoluteUrls } as Config
  const bare = uri(location)
  if (bare === undefined) return { url: '' }
  if (!auth.covering(bare)) return { url: bare }
  const whole = params ? uri({ ...location, params, paramsSerializer } as Config) : bare
  if (whole === undefined) return { url: '' }
  return { url: whole, at: url => changes(location, params, { bare, whole, url }) }
}

/** By an instance without defaults: `axios.getUri` would mix in those an application gave to its global axios. */
function uri(config: Config): string | undefined {
  try {
    return new axios.Axios({}).getUri(config)
  } catch {
    return undefined // axios itself is about to complain
  }
}

/**
 * The caller's `url` and `params` stay, since mocks match them; our serializer gives the query. The http adapter sends
 * what a serializer gives byte for byte, while it normalizes a URL, so neither may become the other.
 */
function changes(
  location: Config,
  params: unknown,
  { bare, whole, url }: { bare: string; whole: string; url: string },
): Partial<Config> {
  if (url === bare && !params) return location
  const path = bare.split('#', 1)[0] as string
  // With params, axios drops the fragment of a URL; one that its params hold is sent.
  const end = whole === bare ? url.length - (bare.length - path.length) : url.length
  const start = path + (path.includes('?') ? '&' : '?')
  if (url.startsWith(start)) {
    const serialize = () => url.slice(start.length, end)
    // A function and an option, since adapters of other authors call it in either way.
    const paramsSerializer = Object.assign(serialize, { serialize })
    return { ...location, params: params || {}, paramsSerializer }
  }
  // Where axios would add a "&" too many, or params serialize to nothing, all is in the URL.
  return { ...location, baseURL: '', allowAbsoluteUrls: true, url, params: undefined }
}
