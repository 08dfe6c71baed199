import { json } from '../http/reply.ts'
import type { Route } from '../http/route.ts'
import { apiError } from './api-error.ts'
import { type Guard, guarded, type Operation, recognize } from './guarded.ts'
import { cancel } from './operations/cancel.ts'
import { echo } from './operations/echo.ts'
import { getOffer, getOfferSlot, getOfferVersion } from './operations/get-offer.ts'
import { getSubmission, getSubmissionByName } from './operations/get-submission.ts'
import { goLive } from './operations/go-live.ts'
import { listOffers } from './operations/list-offers.ts'
import { listPublishers } from './operations/list-publishers.ts'
import { listSubmissions } from './operations/list-submissions.ts'
import { offerStatus } from './operations/offer-status.ts'
import { offerTypes } from './operations/offer-types.ts'
import { publish } from './operations/publish.ts'
import { putOffer } from './operations/put-offer.ts'
import type { Portal } from './portal.ts'

/** Everything the portal answers to. */
export function portalRoutes(portal: Portal, guard: Guard): Route[] {
  const route = (method: Route['method'], path: string, operation: Operation): Route => ({
    side: 'portal',
    method,
    path,
    recognize,
    answer: call => guarded(guard, portal, operation, call),
  })
  const offer = '/api/publishers/:publisherId/offers/:offerId'
  return [
    route('GET', '/api/offerTypes', () => json(200, offerTypes)),
    route('GET', '/api/publishers', listPublishers),
    route('GET', '/api/publishers/:publisherId/offers', listOffers),
    route('GET', offer, getOffer),
    route('PUT', offer, putOffer),
    route('GET', `${offer}/versions/:version`, getOfferVersion),
    route('GET', `${offer}/slot/:slot`, getOfferSlot),
    route('GET', `${offer}/status`, offerStatus),
    route('POST', `${offer}/publish`, publish),
    route('POST', `${offer}/golive`, goLive),
    route('POST', `${offer}/cancel`, cancel),
    route('GET', `${offer}/submissions`, listSubmissions),
    route('GET', `${offer}/operations/:operationId`, getSubmission),
    route('GET', '/api/operations/:name', getSubmissionByName),
    { ...route(['POST', 'PUT'], '/api/echo', echo), takesAnySize: true },
  ]
}

/** What the portal says to paths it does not have, after the checks that every request passes. */
export function unknownOperation(portal: Portal, guard: Guard): Route {
  const operation: Operation = ({ method, path }) =>
    apiError(404, 'NotFound', `There is no operation ${method} ${path}.`)
  return {
    side: 'portal',
    method: [],
    path: '*',
    takesAnySize: true,
    recognize,
    answer: call => guarded(guard, portal, operation, call),
  }
}
