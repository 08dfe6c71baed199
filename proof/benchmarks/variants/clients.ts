import {
  accessToken,
  type CloudPartnerAuth,
  cloudPartnerAuth,
  cloudPartnerPortal,
} from '@cloud-partner-auth/core'
import { cloudPartnerFetch } from '@cloud-partner-auth/fetch'
import { pluggable, plugged } from '../../plugged.ts'

/** One request by the bare client, with a plugin as a careful person writes it, and with our adapter. */
export interface Variants {
  bare(): Promise<unknown>
  /** Absent where nobody has written one. */
  byHand?(): Promise<unknown>
  adapter(): Promise<unknown>
}

const token = 'x'.repeat(1_500)
const version = '2016-08-01-preview'

/** Every adapter; and fetch when it is called with a Request, which costs more than a URL. */
export const clients: readonly string[] = [...pluggable, 'fetch Request GET', 'fetch Request POST']

export async function variantsOf(client: string, origin: string): Promise<Variants> {
  const auth = authOf(origin)
  const url = `${origin}/api/offerTypes`
  if (client.startsWith('fetch Request ')) return requestVariants(client, auth, url)
  const adapter = await plugged(client)
  const [bare, ours] = [adapter.bare(), adapter.ours(auth)]
  const byHand = adapter.byHand?.({ origin, token, version })
  return {
    bare: () => bare.send({ url }),
    ...(byHand && { byHand: () => byHand.send({ url }) }),
    adapter: () => ours.send({ url }),
  }
}

/** An auth with the cheapest credential, since requests with a held token are measured. */
function authOf(origin: string): CloudPartnerAuth {
  const acquire = async () => accessToken({ value: token, expiresAt: Date.now() + 24 * 3_600_000 })
  return cloudPartnerAuth({
    credential: { acquire },
    apis: [{ ...cloudPartnerPortal, origins: [origin] }],
  })
}

function requestVariants(client: string, auth: CloudPartnerAuth, url: string): Variants {
  const send = cloudPartnerFetch(auth)
  const body = JSON.stringify({ comment: 'a body'.repeat(20) })
  const post = { method: 'POST', body, headers: { 'content-type': 'application/json' } }
  const request = () => new Request(url, client.endsWith('POST') ? post : {})
  const byHand = (request: Request) => {
    const target = new URL(request.url)
    if (target.origin !== new URL(url).origin) return fetch(request)
    target.searchParams.set('api-version', version)
    const versioned = new Request(target, request)
    versioned.headers.set('authorization', `Bearer ${token}`)
    return fetch(versioned)
  }
  const read = async (response: Promise<Response>) => (await response).text()
  return {
    bare: () => read(fetch(request())),
    byHand: () => read(byHand(request())),
    adapter: () => read(send(request())),
  }
}
