import { cloudPartnerAuth, cloudPartnerFetch } from '@cloud-partner-auth/fetch'
import * as undici from 'undici'

const auth = cloudPartnerAuth()
const send: typeof fetch = cloudPartnerFetch(auth)
cloudPartnerFetch(auth, { fetch })
cloudPartnerFetch(auth, { fetch: undici.fetch })
cloudPartnerFetch(auth, {
  fetch: (input, init) => undici.fetch(input, { ...init, dispatcher: new undici.Agent() }),
})
cloudPartnerFetch(auth, {
  fetch: async (input: string | URL | Request, init?: RequestInit) => fetch(input, init),
})
export const status = (): Promise<number> =>
  send('/', { method: 'POST', body: 'x' }).then(({ status }) => status)
// @ts-expect-error: it is made of an auth
cloudPartnerFetch({})
// @ts-expect-error: it resolves with no Response
cloudPartnerFetch(auth, { fetch: async () => 'text' })
