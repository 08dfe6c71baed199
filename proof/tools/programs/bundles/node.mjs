// Everything but axios and undici, which bring warnings of their own.
import { cloudPartnerAuth, cloudPartnerFetch, cloudPartnerPortal } from '@cloud-partner-auth/fetch'
import * as got from '@cloud-partner-auth/got'
import * as ky from '@cloud-partner-auth/ky'
import { redisStore } from '@cloud-partner-auth/redis'

const auth = cloudPartnerAuth()
globalThis.kept = [got.cloudPartnerHooks(auth), ky.cloudPartnerHooks(auth), redisStore]
cloudPartnerFetch(auth)(`${cloudPartnerPortal.baseUrl}/api/offerTypes`).then(
  ({ status }) => console.log(status),
  ({ message }) => console.log(message),
)
