import { type Authority, publicCloud } from './authority.ts'

/** URL of the token endpoint: computed, so that no discovery call is made. */
export function tokenUrl({ host, tenantId, region }: Authority, version: 'v1' | 'v2'): string {
  const path = `/${tenantId}/oauth2/${version === 'v1' ? '' : 'v2.0/'}token`
  if (region === undefined) return host + path
  // The public cloud's regional endpoints have a domain of their own.
  const { host: name } = new URL(host === publicCloud ? 'https://login.microsoft.com' : host)
  return `${new URL(host).protocol}//${region}.${name}${path}`
}
