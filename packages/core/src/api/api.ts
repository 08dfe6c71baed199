import { check, checkText, isText } from '../check.ts'
import { isLoopback, parsedUrl } from './url.ts'

/** What one API expects of a request. */
export interface Api {
  /** For events and messages. */
  readonly name: string
  /** The only origins that ever see the token: https, or http on loopback; each equals its own `URL.origin`. */
  readonly origins: readonly string[]
  /** v1: `resource`; v2: `scope` without `/.default`. */
  readonly audience: string
  /** Query parameter that every request must carry, and its value where the caller gave none. */
  readonly version?: ApiVersion | undefined
  /** Whether an answer means that the token was refused. Default: its status is 401. */
  readonly refuses?: ((answer: Answer) => boolean) | undefined
}

export interface ApiVersion {
  readonly parameter: string
  readonly value: string | ((url: URL) => string)
}

/** What an adapter tells about an answer. */
export interface Answer {
  readonly status: number
  /**
   * URL of the hop that answered, after redirects; empty where the client does not know: then a refused POST is not sent
   * again, since a redirect may have come after it had taken effect.
   */
  readonly url: string
  /** `WWW-Authenticate`, several joined by a comma. */
  readonly challenge?: string | undefined
  /** Whether the request can be sent again as it was, body included. */
  readonly replayable: boolean
}

/** Returns `api` if it is sound. Throws a TypeError that names the field, with `at` in front of it. */
export function checkedApi(api: Api, at: string): Api {
  const { name, audience, origins, version, refuses } = api
  checkText(name, `${at}.name`)
  check(
    isText(audience) && !/\s|\/\.default$/.test(audience),
    `${at}.audience must be a text without spaces and without /.default, such as https://cloudpartner.azure.com`,
  )
  check(Array.isArray(origins) && origins.length > 0, `${at}.origins must list at least one origin`)
  origins.forEach((origin, index) => {
    checkedOrigin(origin, `${at}.origins[${index}]`)
  })
  check(
    version === undefined || (isText(version?.parameter) && isValue(version.value)),
    `${at}.version must be { parameter, value }, both not empty`,
  )
  check(
    refuses === undefined || typeof refuses === 'function',
    `${at}.refuses must be a function of an answer`,
  )
  return api
}

/** Returns `origin` if a token may go there. Throws a TypeError that begins with `at`. */
export function checkedOrigin(origin: string, at: string): string {
  const url = parsedUrl(origin)
  const exact = url?.origin === origin && !origin.includes('*')
  check(
    exact && (url.protocol === 'https:' || isLoopback(url)),
    `${at} must be an origin and nothing more, such as https://cloudpartner.azure.com: ` +
      'no path, no slash at the end, no user name, no wildcard, and http only on a loopback address',
  )
  return origin
}

function isValue(value: unknown): boolean {
  return isText(value) || typeof value === 'function'
}
