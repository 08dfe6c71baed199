import { readJsonObject } from '../../http/json-body.ts'
import { json, type Reply } from '../../http/reply.ts'
import type { Offer, OfferChange } from '../../offers/offer.ts'
import type { PublisherAccount } from '../../offers/publisher-account.ts'
import { apiError, badRequest } from '../api-error.ts'
import type { PortalCall } from '../guarded.ts'
import { wholeOffer } from '../offer-json.ts'
import { withPublisher } from './addressed.ts'

/** `PUT …/offers/{offerId}`: creates the offer (201) or changes its draft (200), under `If-Match`. */
export function putOffer(call: PortalCall): Reply {
  return withPublisher(call, publisher => {
    const body = readJsonObject(call.body)
    if (!body) return badRequest('The body is not a JSON object.')
    const mistake = mistakeIn(body, call)
    if (mistake !== undefined) return badRequest(mistake)
    const change = readChange(body)
    const offer = publisher.offer(call.params['offerId'] ?? '')
    return offer ? modified(call, offer, change) : created(call, publisher, body, change)
  })
}

function created(
  call: PortalCall,
  publisher: PublisherAccount,
  body: Readonly<Record<string, unknown>>,
  change: OfferChange,
): Reply {
  const ifMatch = call.headers['if-match']
  // Not documented; a field client sends `*` with every PUT, and what was never there matches no tag.
  if (ifMatch !== undefined && ifMatch.trim() !== '*') return preconditionFailed
  const id = call.params['offerId'] ?? ''
  const offerTypeId = String(body['offerTypeId'])
  return written(call, publisher.addOffer({ ...change, id, offerTypeId }, call.now), 201)
}

function modified(call: PortalCall, offer: Offer, change: OfferChange): Reply {
  const ifMatch = call.headers['if-match']
  if (ifMatch === undefined) return call.portal.answers === 'observed' ? alreadyExists : noIfMatch
  if (!matches(ifMatch, offer.etag)) return preconditionFailed
  offer.modify(change, call.now)
  return written(call, offer, 200)
}

function written(call: PortalCall, offer: Offer, status: 200 | 201): Reply {
  const body = wholeOffer(offer, offer.draft, call.portal.answers, call.now)
  return json(status, body, { etag: offer.etag })
}

function matches(ifMatch: string, etag: string): boolean {
  return ifMatch.split(',').some(tag => tag.trim() === '*' || tag.trim() === etag)
}

function mistakeIn(
  body: Readonly<Record<string, unknown>>,
  { params }: PortalCall,
): string | undefined {
  const { id, publisherId, offerTypeId, definition } = body
  if (typeof offerTypeId !== 'string' || offerTypeId === '') {
    return "The argument: 'OfferTypeId' cannot be null or empty."
  }
  if (id !== undefined && id !== params['offerId']) {
    return "The argument: 'Id' is not the offer that the path names."
  }
  if (publisherId !== undefined && publisherId !== params['publisherId']) {
    return "The argument: 'PublisherId' is not the publisher that the path names."
  }
  return isObject(definition) ? undefined : "The argument: 'Definition' cannot be null."
}

function readChange({
  definition,
  offerTypeVersions,
}: Readonly<Record<string, unknown>>): OfferChange {
  return {
    definition: isObject(definition) ? definition : {},
    ...(isObject(offerTypeVersions) && { offerTypeVersions }),
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const noIfMatch = badRequest('The header If-Match is missing.')

const alreadyExists = apiError(
  409,
  'InvalidResourceId',
  'Offer ID already exists. If you wanted to update an existing offer, please ensure If-Match header is specified as per documentation.',
)

const preconditionFailed = apiError(
  412,
  'PreconditionFailed',
  'The offer has changed: the If-Match header does not match its ETag.',
)
