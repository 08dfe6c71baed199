import { json, type Reply } from '../../http/reply.ts'
import type { Offer } from '../../offers/offer.ts'
import type { OfferSnapshot } from '../../offers/submission.ts'
import { badRequest } from '../api-error.ts'
import type { PortalCall } from '../guarded.ts'
import { wholeOffer } from '../offer-json.ts'
import { notFound, withOffer } from './addressed.ts'

/** `GET …/offers/{offerId}`: the draft, with its `ETag`. */
export function getOffer(call: PortalCall): Reply {
  return withOffer(call, offer => {
    const reply = shown(call, offer, offer.draft)
    return { ...reply, headers: { ...reply.headers, etag: offer.etag } }
  })
}

/** `GET …/offers/{offerId}/versions/{version}`. */
export function getOfferVersion(call: PortalCall): Reply {
  return withOffer(call, offer => {
    const text = call.params['version'] ?? ''
    if (!/^\d{1,9}$/.test(text)) return badRequest(`The version '${text}' is not an integer.`)
    return shown(call, offer, offer.version(Number(text)))
  })
}

/** `GET …/offers/{offerId}/slot/{Draft|Preview|Production}`, in any letter case. */
export function getOfferSlot(call: PortalCall): Reply {
  return withOffer(call, offer => {
    const slot = call.params['slot'] ?? ''
    switch (slot.toLowerCase()) {
      case 'draft':
        return shown(call, offer, offer.draft)
      case 'preview':
        return shown(call, offer, offer.preview(call.now))
      case 'production':
        return shown(call, offer, offer.production(call.now))
      default:
        return badRequest(`The slot '${slot}' is not Draft, Preview or Production.`)
    }
  })
}

function shown(call: PortalCall, offer: Offer, snapshot: OfferSnapshot | undefined): Reply {
  if (!snapshot) return notFound(`The offer '${offer.id}' was never there.`)
  return json(200, wholeOffer(offer, snapshot, call.portal.answers, call.now))
}
