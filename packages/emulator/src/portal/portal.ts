import { json, type Reply } from '../http/reply.ts'
import type { Route } from '../http/route.ts'
import { apiError } from './api-error.ts'
import { echo } from './echo.ts'
import { type AuthorizedCall, type Guard, guarded, type Operation } from './guarded.ts'
import { offerTypes } from './offer-types.ts'
import type { Offer, Publisher } from './publishers.ts'

/** Everything the portal answers to. */
export function portalRoutes(publishers: readonly Publisher[], guard: Guard): Route[] {
  const route = (method: Route['method'], path: string, operation: Operation): Route => ({
    side: 'portal',
    method,
    path,
    answer: call => guarded(guard, operation, call),
  })
  return [
    route('GET', '/api/offerTypes', () => json(200, offerTypes)),
    route('GET', '/api/publishers', call => listPublishers(publishers, call)),
    route('GET', '/api/publishers/:publisherId/offers', call => listOffers(publishers, call)),
    { ...route(['POST', 'PUT'], '/api/echo', echo), takesAnySize: true },
  ]
}

/** What the portal says to paths it does not have, after the checks that every request passes. */
export function unknownOperation(guard: Guard): Route {
  const operation: Operation = call =>
    apiError(404, 'NotFound', `There is no operation ${call.method} ${call.path}.`)
  return {
    side: 'portal',
    method: [],
    path: '*',
    takesAnySize: true,
    answer: call => guarded(guard, operation, call),
  }
}

function listPublishers(publishers: readonly Publisher[], call: AuthorizedCall): Reply {
  const shown = publishers
    .filter(publisher => publisher.admits(call.clientId))
    .map(({ id, displayText, sellerId }) => ({
      id,
      version: 1,
      definition: { displayText, offerTypeCategories: ['azure'], sellerId },
    }))
  return json(200, shown)
}

function listOffers(publishers: readonly Publisher[], call: AuthorizedCall): Reply {
  const publisher = publishers.find(({ id }) => id === call.params['publisherId'])
  // A publisher that does not exist is forbidden too: the portal does not tell which ones do.
  if (!publisher?.admits(call.clientId)) return forbidden
  return json(
    200,
    publisher.offers.map(offer => summary(publisher, offer)),
  )
}

const forbidden: Reply = {
  ...apiError(403, 'Forbidden', 'User does not have the required permissions'),
  about: { refused: 'the app has no role in this publisher account' },
}

function summary(publisher: Publisher, offer: Offer): object {
  return {
    offerTypeId: offer.offerTypeId,
    publisherId: publisher.id,
    status: 'neverPublished',
    id: offer.id,
    version: 0,
    definition: { displayText: offer.displayText },
    // The portal writes the time of a never published offer without `Z`.
    changedTime: new Date(offer.changedAt).toISOString().replace('Z', ''),
  }
}
