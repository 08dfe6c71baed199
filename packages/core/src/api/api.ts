import { bare, check, checkText, isText, optionsOf, shown } from '../check.ts'
import { isLoopback, parsedUrl, seenInPlaceOfOrigin } from './url.ts'

/** What one API expects of a request. */
export interface Api {
  /** For events and messages. */
  readonly name: string
  /** The only origins that ever see the token: https, or http on loopback; each equals its own `URL.origin`. */
  readonly origins: readonly string[]
  /**
   * Only URLs at one of these paths or below it, such as `/rp/product-ingestion`, without regard to ASCII case; `/` is the
   * root alone. Default: all of the origins. Where Apis share an origin, the longest path wins.
   */
  readonly paths?: readonly string[] | undefined
  /** For clients that take one; for a preset, the emulator's while that is in effect. */
  readonly baseUrl?: string | undefined
  /** v1: `resource`; v2: `scope` without `/.default`. */
  readonly audience: string
  /** Query parameter that every request must carry, and its value where the caller gave none. */
  readonly version?: ApiVersion | undefined
  /** Whether an answer means that the token was refused. Default: its status is 401. */
  readonly refuses?: ((answer: Answer) => boolean) | undefined
  /** What its answers mean, for `auth.explain()`; one with a code stands before the one without. */
  readonly answers?: readonly ApiAnswer[] | undefined
  /** Whether the emulator stands for it while `CLOUD_PARTNER_EMULATOR` is set. Default: `false`. */
  readonly emulated?: boolean | undefined
}

/** What an answer of an API means, and what to do about it. */
export interface ApiAnswer {
  /** HTTP status; 500 stands for every 5xx. */
  readonly status: number
  /** `error.code` of the body that this is about; absent: any other. */
  readonly code?: string
  readonly meaning: string
  /** Several where the answer does not tell which of its causes it has; the likeliest first. */
  readonly remedies: readonly string[]
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
  /** Whether a redirect led to it, which may have led back to where the request went. Default: what `url` says. */
  readonly redirected?: boolean | undefined
  /** `WWW-Authenticate`, several joined by a comma. */
  readonly challenge?: string | undefined
  /** Whether the request can be sent again as it was, body included. */
  readonly replayable: boolean
  /** What the caller gets, or what its error leads to: the object by which `auth.explain()` finds the request. */
  readonly delivered?: object | undefined
}

const fields = [
  'name',
  'origins',
  'paths',
  'baseUrl',
  'audience',
  'version',
  'refuses',
  'answers',
  'emulated',
] as const

/** A copy of `given`, if it is sound. Throws a TypeError that names the field, with `at` in front of it. */
export function checkedApi(given: Api, at: string): Api {
  const api = optionsOf(given, fields, at)
  const { name, audience, origins, paths, version, refuses, answers, emulated } = api
  checkText(name, `${at}.name`)
  check(
    isText(audience) && !/\s|\/\.default$/.test(audience),
    `${at}.audience must be a text without spaces and without /.default, such as https://cloudpartner.azure.com`,
  )
  check(
    Array.isArray(origins) && origins.length > 0,
    `${at}.origins must be a list of at least one origin, and not ${shown(origins)}`,
  )
  origins.forEach((origin, index) => {
    checkedOrigin(origin, `${at}.origins[${index}]`)
  })
  check(
    paths === undefined || (Array.isArray(paths) && paths.length > 0 && paths.every(isPath)),
    `${at}.paths must list paths such as /rp/product-ingestion, or / for the root alone: no slash at the end, no query, nothing escaped`,
  )
  check(
    version === undefined || (isText(version?.parameter) && isValue(version.value)),
    `${at}.version must be { parameter, value }, such as { parameter: 'api-version', value: '2016-08-01-preview' }`,
  )
  check(
    refuses === undefined || typeof refuses === 'function',
    `${at}.refuses must be a function of an answer`,
  )
  check(
    answers === undefined || Array.isArray(answers),
    `${at}.answers must be a list of { status, meaning, remedies }`,
  )
  check(
    emulated === undefined || typeof emulated === 'boolean',
    `${at}.emulated must be true or false`,
  )
  return bare({
    ...api,
    origins: [...origins],
    ...(paths && { paths: [...paths] }),
    ...(version && { version: { ...version } }),
  })
}

/**
 * Any API that Entra protects, checked when it is made: for `cloudPartnerAuth({ apis: [...presets, api] })`.
 *
 * @example
 * const store = defineApi({
 *   name: 'Microsoft Store submission',
 *   origins: ['https://manage.devcenter.microsoft.com'],
 *   audience: 'https://manage.devcenter.microsoft.com',
 * })
 */
export function defineApi(api: Api): Api {
  return Object.freeze(checkedApi(api, 'defineApi'))
}

/** Returns `origin` if a token may go there. Throws a TypeError that begins with `at`. */
export function checkedOrigin(origin: string, at: string): string {
  const url = parsedUrl(origin)
  const exact = url?.origin === origin && !origin.includes('*')
  check(
    exact && (url.protocol === 'https:' || isLoopback(url)),
    `${at} must be an origin and nothing more, such as https://cloudpartner.azure.com, ` +
      `or http on a loopback address, but it ${seenInPlaceOfOrigin(origin)}`,
  )
  return origin
}

function isPath(path: unknown): boolean {
  if (typeof path !== 'string' || /\/\.{1,2}(\/|$)/.test(path)) return false
  return path === '/' || /^(\/[\w.~-]+)+$/.test(path)
}

function isValue(value: unknown): boolean {
  return isText(value) || typeof value === 'function'
}
