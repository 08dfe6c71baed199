import { json, type Reply } from '../../http/reply.ts'
import { badRequest } from '../api-error.ts'
import type { PortalCall } from '../guarded.ts'
import { withOffer } from './addressed.ts'
import { notificationEmails } from './publish.ts'
import { accepted } from './submission-location.ts'

/**
 * `POST …/cancel`: 202 with the location of the submission while its steps run; 200 when it only
 * waited for its publisher and is done with at once.
 */
export function cancel(call: PortalCall): Reply {
  return withOffer(call, offer => {
    if (notificationEmails(call) === undefined) {
      return badRequest('The body is not a JSON object with metadata.')
    }
    const canceled = offer.cancel(call.now)
    if (!canceled) return badRequest('There is no running operation to cancel.')
    const { submission, before } = canceled
    return before.waitsForSignOff ? json(200, {}) : accepted(call, offer, submission, 'absolute')
  })
}
