import { json, type Reply } from '../../http/reply.ts'
import type { PortalCall } from '../guarded.ts'
import { statusOf } from '../submission-json.ts'
import { withOffer } from './addressed.ts'

/** `GET …/offers/{offerId}/status`. */
export function offerStatus(call: PortalCall): Reply {
  return withOffer(call, offer => json(200, statusOf(offer, call.portal.answers, call.now)))
}
