import { json, type Reply } from '../../http/reply.ts'
import { badRequest } from '../api-error.ts'
import type { PortalCall } from '../guarded.ts'
import { offerSummary } from '../offer-json.ts'
import { withPublisher } from './addressed.ts'

/** `GET …/offers`, with the one OData filter that field clients use. */
export function listOffers(call: PortalCall): Reply {
  return withPublisher(call, publisher => {
    const filter = call.query.get('$filter')
    const offerTypeId = filter === null ? undefined : filteredType(filter)
    if (filter !== null && offerTypeId === undefined) {
      return badRequest(`The filter '${filter}' is not supported.`)
    }
    const offers = publisher.offers.filter(
      offer => offerTypeId === undefined || offer.offerTypeId === offerTypeId,
    )
    return json(
      200,
      offers.map(offer => offerSummary(offer, call.portal.answers, call.now)),
    )
  })
}

function filteredType(filter: string): string | undefined {
  return /^\s*offerTypeId\s+eq\s+'([^']*)'\s*$/.exec(filter)?.[1]
}
