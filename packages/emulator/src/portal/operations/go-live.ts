import type { Reply } from '../../http/reply.ts'
import { badRequest } from '../api-error.ts'
import type { PortalCall } from '../guarded.ts'
import { withOffer } from './addressed.ts'
import { accepted } from './submission-location.ts'

/** `POST …/golive`: makes the offer live that waits for its publisher. Needs no body. */
export function goLive(call: PortalCall): Reply {
  return withOffer(call, offer => {
    const submission = offer.goLive(call.now)
    if (!submission) return badRequest('The offer does not wait for publisher sign-off.')
    return accepted(call, offer, submission, 'absolute')
  })
}
