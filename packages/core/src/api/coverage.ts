import { check } from '../check.ts'
import { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import type { TokenSource } from '../token/token-source.ts'
import type { Api } from './api.ts'
import { parsedUrl } from './url.ts'

/** An Api that a URL belongs to, with the source of its tokens. */
export interface Covering {
  readonly api: Api
  readonly source: TokenSource
}

/** A path of an Api at one origin, in lower case; empty: all of them. */
interface Place {
  readonly path: string
  readonly api: Api
}

/**
 * Tells which Api a URL belongs to: the one with its origin and, of several, the one with the longest path that it is at
 * or below. While `emulator` is in effect it stands for the Apis that say so, and any request to their own origins is an
 * error: no test reaches the live service by the order of its imports.
 *
 * Throws a TypeError where two Apis cannot be told apart.
 */
export function coverage(
  apis: readonly Api[],
  emulator: string | undefined,
): (url: string) => Api | undefined {
  const covered = places(apis, api => originsOf(api, emulator))
  const replaced = emulator === undefined ? [] : apis.filter(api => api.emulated)

  return url => {
    // No parsing where the text begins with a listed origin and, if that matters, a path that every parser reads alike.
    const known = covered.get(originOf(url))
    const whole = known?.length === 1 ? known[0] : undefined
    if (whole?.path === '') return whole.api
    const plain = known && replaced.length === 0 ? plainPath(url) : undefined
    if (known && plain !== undefined) return longest(known, plain)
    const parsed = parsedUrl(url)
    // The origin of blob:https://host/x is https://host, and a host behind "user@" is easily misread by people and code.
    if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password)
      return undefined
    const api = at(covered, parsed)
    const live = api ? undefined : replaced.find(({ origins }) => origins.includes(parsed.origin))
    if (live) throw emulated(live, parsed.origin, emulator)
    return api
  }
}

/** The origins that are covered for an Api. */
export function originsOf(api: Api, emulator: string | undefined): readonly string[] {
  return emulator !== undefined && api.emulated ? [emulator] : api.origins
}

function places(
  apis: readonly Api[],
  originsOfOne: (api: Api) => readonly string[],
): Map<string, Place[]> {
  const byOrigin = new Map<string, Place[]>()
  for (const api of apis) {
    for (const origin of originsOfOne(api)) {
      const here = byOrigin.get(origin) ?? []
      byOrigin.set(origin, here)
      for (const path of (api.paths ?? ['']).map(one => one.toLowerCase())) {
        const other = here.find(place => place.path === path)?.api
        check(
          !other,
          `apis: ${other?.name} and ${api.name} cannot be told apart, since both list ${origin}${path}`,
        )
        here.push({ path, api })
      }
      here.sort((one, other) => other.path.length - one.path.length)
    }
  }
  return byOrigin
}

/** The text up to the slash that ends the authority in every parser. */
function originOf(url: string): string {
  const authorityEnd = url.indexOf('/', 'https://'.length)
  return authorityEnd === -1 ? '' : url.slice(0, authorityEnd)
}

/** The path, if it holds nothing that a parser may read otherwise: no dot, no escape, no backslash, no white space. */
function plainPath(url: string): string | undefined {
  const begin = url.indexOf('/', 'https://'.length)
  let end = begin
  for (; end < url.length; end++) {
    const code = url.charCodeAt(end)
    if (code === questionMark || code === hash) break
    const isPlain =
      (code >= 0x61 && code <= 0x7a) || // a to z
      (code >= 0x2f && code <= 0x39) || // slash, 0 to 9
      (code >= 0x41 && code <= 0x5a) || // A to Z
      code === 0x2d || // -
      code === 0x5f // _
    if (!isPlain) return undefined
  }
  return url.slice(begin, end)
}

const questionMark = 0x3f
const hash = 0x23

function longest(here: readonly Place[], path: string): Api | undefined {
  const lower = path.toLowerCase()
  return here.find(place => isBelow(lower, place.path))?.api
}

function at(byOrigin: Map<string, Place[]>, { origin, pathname }: URL): Api | undefined {
  const here = byOrigin.get(origin)
  if (!here) return undefined
  // A server may read an escaped slash, or a dot segment that is escaped once more, as another path than was judged.
  const isAmbiguous = /%2f|%5c/i.test(pathname) || hasDotSegment(pathname)
  return longest(isAmbiguous ? here.filter(({ path }) => path === '') : here, pathname)
}

function hasDotSegment(pathname: string): boolean {
  return pathname.split('/').some(segment => /^(\.|%2e){1,2}$/i.test(decodedOnce(segment)))
}

function decodedOnce(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment // a stray % escapes nothing
  }
}

function isBelow(path: string, place: string): boolean {
  if (place === '' || path === place) return true
  return place !== '/' && path[place.length] === '/' && path.startsWith(place)
}

function emulated(
  { name }: Api,
  origin: string,
  emulator: string | undefined,
): CloudPartnerAuthError {
  return new CloudPartnerAuthError(
    'emulator_in_effect',
    `The request is for ${name} at ${origin}, but CLOUD_PARTNER_EMULATOR names ${emulator}, which stands for it: use the preset's baseUrl, or unset the variable.`,
    { retryable: false },
  )
}
