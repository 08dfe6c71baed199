import { stringify } from 'node:querystring'

/** Undici's dispatch options, as far as its majors agree. */
export interface DispatchOptions {
  readonly origin?: string | URL | undefined
  readonly path: string
  readonly method?: string
  readonly query?: Record<string, string> | null
  readonly headers?: unknown
  readonly body?: unknown
  /** An AbortSignal or an EventEmitter; absent under `fetch`. */
  readonly signal?: unknown
  /** The name in the server's certificate. Set by `interceptors.dns()`, which replaces the host by an address. */
  readonly servername?: string | null
}

/** A copy that stays as it is judged, whatever becomes of the caller's objects while a token is waited for. */
export function judgedOptions(options: DispatchOptions): DispatchOptions {
  return { ...options, origin: String(options.origin).replace(/\/$/, '') }
}

export interface RequestUrl {
  /** The URL as it is sent, byte for byte. Where the path is none, but an authority or a URL: that URL, or the origin's. */
  readonly url: string
  /** The origin, with a slash at its end. */
  readonly base: string
  /** Whether the path is one, so that the request is for the server of the origin. */
  readonly hasPath: boolean
}

/** `undefined` where the origin is no URL. */
export function requestUrl({ origin, path, query }: DispatchOptions): RequestUrl | undefined {
  if (!URL.canParse(String(origin))) return undefined
  const base = new URL(String(origin)).href
  if (path?.[0] !== '/') {
    const same = originOf(path) === new URL(base).origin
    return { url: same ? path : base, base, hasPath: false }
  }
  const serialized = query ? stringify(query) : ''
  const url = base + path.slice(1) + (serialized && `?${serialized}`)
  return { url, base, hasPath: true }
}

/** Whether a server may read the path of `url`, which undici sends as it is, as another one than a URL parser does. */
export function isAmbiguous(url: string): boolean {
  const [beforeQuery = ''] = url.split('?')
  return /[\\#]|\/(\.|%2e){1,2}(\/|$)/i.test(beforeQuery)
}

/** What of the options makes a request to `base` go to `url`. Undici takes no `query` beside one in the path. */
export function sentTo(url: string, base: string): Partial<DispatchOptions> {
  return { path: url.slice(base.length - 1), query: null }
}

/**
 * Whether a header or an option names another server than `base` does. Undici takes the name that the server's
 * certificate must have from them, and the server may choose by them who answers.
 */
export function namesAnother(base: string, headers: HeaderRecord, servername: unknown): boolean {
  const { protocol, origin, hostname } = new URL(base)
  const names = Object.entries(headers).flatMap(([name, value]) =>
    name.toLowerCase() === 'host' ? value : [],
  )
  return (
    names.some(host => originOf(`${protocol}//${host}`) !== origin) ||
    (typeof servername === 'string' && servername !== '' && servername !== hostname)
  )
}

/** The URL that `interceptors.dns()` was given, if it has put an address in place of its host. */
export function urlBeforeDns({ url, base }: RequestUrl, servername: unknown): string | undefined {
  const { protocol, hostname, port } = new URL(base)
  if (typeof servername !== 'string' || servername === hostname) return undefined
  return `${protocol}//${servername}${port && `:${port}`}/${url.slice(base.length)}`
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}

export type HeaderRecord = Readonly<Record<string, unknown>>

/**
 * The headers as an object, out of any of the shapes that undici takes; some of those can be read only once. An object
 * because undici 6's `interceptors.dns()` spreads headers: of a list it would make headers named `0` and `1`, of which
 * a redirect takes no token away.
 */
export function headerRecord(headers: unknown): HeaderRecord {
  const record = new Map<string, unknown>()
  for (const [name, value] of headerPairs(headers)) {
    const before = record.get(name)
    record.set(name, before === undefined ? value : [before, value].flat())
  }
  return Object.fromEntries(record)
}

function headerPairs(headers: unknown): Iterable<readonly [string, unknown]> {
  if (typeof headers !== 'object' || headers === null) return []
  if (Array.isArray(headers) && !Array.isArray(headers[0]))
    return Array.from(
      { length: headers.length / 2 },
      (_, at) => [headers[2 * at], headers[2 * at + 1]] as const,
    )
  return Symbol.iterator in headers
    ? (headers as Iterable<readonly [string, unknown]>)
    : Object.entries(headers)
}

export function authorizationSet(headers: HeaderRecord): boolean {
  return Object.keys(headers).some(name => name.toLowerCase() === 'authorization')
}

/** Whether a body is all in memory. `fetch` hands its dispatcher every body as a generator, which can be sent once. */
export function isReplayable(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body)) return true
  // By tag, since undici 8 takes no FormData but its own.
  return /^\[object (ArrayBuffer|Blob|File|FormData)]$/.test(Object.prototype.toString.call(body))
}
