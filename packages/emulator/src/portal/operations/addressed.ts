import type { Reply } from '../../http/reply.ts'
import type { Offer } from '../../offers/offer.ts'
import type { PublisherAccount } from '../../offers/publisher-account.ts'
import { apiError } from '../api-error.ts'
import type { PortalCall } from '../guarded.ts'

/** Answers for the publisher that the path names, if the app may use it. */
export function withPublisher(
  { portal, clientId, params }: PortalCall,
  answer: (publisher: PublisherAccount) => Reply,
): Reply {
  const publisher = portal.publisher(params['publisherId'] ?? '')
  // One that does not exist is forbidden too: the portal does not tell which ones do.
  return publisher?.admits(clientId) ? answer(publisher) : forbidden
}

/** Answers for the offer that the path names, if there is one and the app may use it. */
export function withOffer(call: PortalCall, answer: (offer: Offer) => Reply): Reply {
  return withPublisher(call, publisher => {
    const id = call.params['offerId'] ?? ''
    const offer = publisher.offer(id)
    return offer ? answer(offer) : notFound(`The offer '${id}' does not exist.`)
  })
}

/** The answer for what does not exist. */
export function notFound(message: string): Reply {
  return apiError(404, 'NotFound', message)
}

const forbidden: Reply = {
  ...apiError(403, 'Forbidden', 'User does not have the required permissions'),
  about: { refused: 'The app has no role in this publisher account.' },
}
