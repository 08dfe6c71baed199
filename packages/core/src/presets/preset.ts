import type { Api } from '../api/api.ts'
import { bare } from '../check.ts'
import { emulatorOr } from '../environment.ts'

/** An Api of Microsoft's, with its base URL. */
export interface Preset extends Api {
  readonly baseUrl: string
}

/**
 * A preset: an Api of one origin. While `CLOUD_PARTNER_EMULATOR` is set, the emulator's origin takes the place of its own, so
 * the emulator has to answer for it.
 */
export function preset(
  origin: string,
  { baseUrl = origin, ...api }: Omit<Api, 'origins' | 'emulated'>,
): Preset {
  const made: Preset = bare({ ...api, baseUrl, origins: Object.freeze([origin]), emulated: true })
  const get = () => emulatorOr(origin) + baseUrl.slice(origin.length)
  Object.defineProperty(made, 'baseUrl', { get, enumerable: true })
  for (const part of [made.version, made.paths]) Object.freeze(part)
  return Object.freeze(made)
}
