import { type CloudPartnerAuth, cloudPartnerAuth, staticToken } from '@cloud-partner-auth/core'

/** What a suite's client has: a hook that does nothing, or our plugin with an auth that covers something else, or all. */
export type Plugged = 'nothing' | 'elsewhere' | 'covered'

export const plugged = process.env['PLUGGED'] as Plugged

/** The auth of the plugin. `covered` is every server of this machine that the suite asks. */
export function suiteAuth(): CloudPartnerAuth {
  const elsewhere = authOf('https://covered.example')
  if (plugged !== 'covered') return elsewhere
  const auths = new Map<string, CloudPartnerAuth>()
  return { ...elsewhere, covering }

  // A suite starts a server for each test, on a port that nobody knows before.
  function covering(url: string) {
    const { origin, hostname } = URL.parse(url) ?? {}
    if (!origin || !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname ?? '')) return undefined
    const auth = auths.get(origin) ?? authOf(origin)
    auths.set(origin, auth)
    return auth.covering(url)
  }
}

function authOf(origin: string): CloudPartnerAuth {
  const apis = [{ name: 'A server of the suite', origins: [origin], audience: 'api://suite' }]
  return cloudPartnerAuth({ credential: staticToken('token-of-the-suite'), apis })
}
