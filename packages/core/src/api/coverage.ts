import { check } from '../check.ts'
import { CloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import type { TokenSource } from '../token/token-source.ts'
import type { Api } from './api.ts'
import { parsedUrl } from './url.ts'

export interface Covering {
  readonly api: Api
  readonly source: TokenSource
}

/**
 * Tells which Api a URL belongs to. While `emulator` is in effect it stands for the Apis that say so, and a request to
 * their own origins is an error: no test reaches the live service by the order of its imports.
 */
export function coverage(
  apis: readonly Api[],
  emulator: string | undefined,
  sourceOf: (audience: string) => TokenSource,
): (url: string) => Covering | undefined {
  const coverings = new Map<string, Covering>()
  const replaced = new Set<string>()
  for (const api of apis) {
    const covered = covering(api, sourceOf)
    if (emulator && api.emulated) for (const origin of api.origins) replaced.add(origin)
    for (const origin of originsOf(api, emulator)) {
      check(!coverings.has(origin), `apis: two of them list the origin ${origin}`)
      coverings.set(origin, covered)
    }
  }

  return url => {
    // No parsing where the text begins with a listed origin and a slash: that slash ends the authority in every parser.
    const authorityEnd = url.indexOf('/', 'https://'.length)
    const known = authorityEnd === -1 ? undefined : coverings.get(url.slice(0, authorityEnd))
    if (known) return known
    const parsed = parsedUrl(url)
    // The origin of blob:https://host/x is https://host, and a host behind "user@" is easily misread by people and code.
    if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password)
      return undefined
    if (replaced.has(parsed.origin)) throw emulated(parsed.origin, emulator)
    return coverings.get(parsed.origin)
  }
}

/** The origins that are covered for an Api. */
export function originsOf(api: Api, emulator: string | undefined): readonly string[] {
  return emulator && api.emulated ? [emulator] : api.origins
}

function covering(api: Api, sourceOf: (audience: string) => TokenSource): Covering {
  let source: TokenSource | undefined
  return {
    api,
    // A source costs nothing until it is used.
    get source() {
      source ??= sourceOf(api.audience)
      return source
    },
  }
}

function emulated(origin: string, emulator: string | undefined): CloudPartnerAuthError {
  return new CloudPartnerAuthError(
    'emulator_in_effect',
    `The request is for ${origin}, but CLOUD_PARTNER_EMULATOR names ${emulator}, which stands for it: use the preset's baseUrl, or unset the variable.`,
    { retryable: false },
  )
}
