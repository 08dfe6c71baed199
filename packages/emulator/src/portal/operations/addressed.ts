import { type Answer, documented, observed } from '../../api/answer.ts'
import type { ApiCall } from '../../api/operation.ts'
import { refusedBecause } from '../../api/reply.ts'
import type { Reply } from '../../http/reply.ts'
import type { Offer } from '../../offers/offer.ts'
import type { OwnPublisherAccount } from '../../offers/publisher-account.ts'
import { apiError } from '../api-error.ts'
import type { PortalState } from '../portal.ts'
import { page } from '../source.ts'

/** A request to the portal. */
export type PortalCall = ApiCall<PortalState>

/** Given where the path names a publisher that the app may not use, or that does not exist. */
export const forbidden: Answer = observed(
  403,
  'the app has no role in the publisher account, or there is no such publisher',
  'https://github.com/MicrosoftDocs/azure-docs/issues/35403',
)

/** Given where the path names an offer that does not exist. */
export const offerNotFound: Answer = documented(
  404,
  'the offer does not exist; the code `NotFound` is chosen',
  page('retrieve-specific-offer'),
)

/** Answers for the publisher that the path names, if the app may use it. */
export function withPublisher(
  { state, clientId, params }: PortalCall,
  answer: (publisher: OwnPublisherAccount) => Reply,
): Reply {
  const publisher = state.publisher(params['publisherId'] ?? '')
  if (publisher?.admits(clientId)) return answer(publisher)
  // One that does not exist is forbidden too: the portal does not tell which ones do.
  return refusedBecause(
    'The app has no role in this publisher account.',
    apiError(forbidden, 'Forbidden', 'User does not have the required permissions'),
  )
}

/** Answers for the offer that the path names, if there is one and the app may use it. */
export function withOffer(call: PortalCall, answer: (offer: Offer) => Reply): Reply {
  return withPublisher(call, publisher => {
    const id = call.params['offerId'] ?? ''
    const offer = publisher.offer(id)
    if (offer) return answer(offer)
    return apiError(offerNotFound, 'NotFound', `The offer '${id}' does not exist.`)
  })
}
