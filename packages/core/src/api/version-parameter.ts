import { checkText } from '../check.ts'
import type { ApiVersion } from './api.ts'

/**
 * `url` with the version parameter, unless it has one: in any letter case or percent-encoding, even an empty one.
 * No other byte changes: `URLSearchParams` would rewrite the whole query (`%20` to `+`, `flag` to `flag=`).
 */
export function withVersion(url: string, version: ApiVersion): string {
  const fragmentAt = url.indexOf('#')
  // Spaces and control characters at the end are no part of a URL; in front of the parameter they would become one.
  let end = fragmentAt === -1 ? url.length : fragmentAt
  if (fragmentAt === -1) while (url.charCodeAt(end - 1) <= 0x20) end--
  const sent = url.slice(0, end)
  const queryAt = sent.indexOf('?')
  const query = queryAt === -1 ? undefined : sent.slice(queryAt + 1)
  if (query !== undefined && hasParameter(query, version.parameter)) return url

  const value = typeof version.value === 'string' ? version.value : version.value(new URL(url))
  checkText(value, 'what version.value() returns')
  const separator = query === undefined ? '?' : !query || query.endsWith('&') ? '' : '&'
  const name = encodeURIComponent(version.parameter).replaceAll('%24', '$') // as the pages write $version
  return `${sent}${separator}${name}=${encodeURIComponent(value)}${url.slice(end)}`
}

function hasParameter(query: string, parameter: string): boolean {
  const wanted = parameter.toLowerCase()
  return query
    .replace(/[\t\n\r]/g, '') // URL parsers drop them wherever they stand
    .split('&')
    .some(pair => decoded(pair.split('=', 1)[0] as string).toLowerCase() === wanted)
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '))
  } catch {
    return name // a stray % means that it cannot be the parameter's name in disguise
  }
}
