import { type AnswerTable, documented, observed } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import { isObject, readJsonObject } from '../../http/json-body.ts'
import type { Reply } from '../../http/reply.ts'
import type { Offer, OfferChange } from '../../offers/offer.ts'
import type { OwnPublisherAccount } from '../../offers/publisher-account.ts'
import { apiError, badRequest } from '../api-error.ts'
import { wholeOffer } from '../offer-json.ts'
import type { PortalState } from '../portal.ts'
import { page, pub } from '../source.ts'
import { type PortalCall, withPublisher } from './addressed.ts'

const answers = {
  created: documented(
    201,
    'the offer is new; `If-Match: *` is taken by choice, as [pub](https://github.com/devigned/pub) always sends it',
    page('creating-offer'),
  ),
  changed: documented(
    200,
    '`If-Match` is `*` or the `ETag` of the draft, which then changes',
    page('concurrency-control'),
  ),
  badBody: documented(400, 'the body is not a JSON object', page('creating-offer')),
  badOffer: observed(
    400,
    'a member of the offer is missing or contradicts the path',
    'https://github.com/microsoft/az-partner-center-cli',
  ),
  exists: observed(
    409,
    'the offer exists and there is no `If-Match` (as documented 400)',
    `${pub}/issues/22`,
  ),
  noIfMatch: documented(
    400,
    'the offer exists and there is no `If-Match`, with `answers: "documented"`',
    page('concurrency-control'),
  ),
  changedMeanwhile: documented(412, 'another `If-Match` is sent', page('concurrency-control')),
} satisfies AnswerTable

/** Creates an offer or changes its draft. */
export const putOffer: Operation<PortalState> = {
  method: 'PUT',
  path: '/api/publishers/:publisherId/offers/:offerId',
  answers,
  answer: call =>
    withPublisher(call, publisher => {
      const body = readJsonObject(call.body)
      if (!body) return badRequest(answers.badBody, 'The body is not a JSON object.')
      const mistake = mistakeIn(body, call)
      if (mistake !== undefined) return badRequest(answers.badOffer, mistake)
      const change = readChange(body)
      const offer = publisher.offer(call.params['offerId'] ?? '')
      return offer ? modified(call, offer, change) : created(call, publisher, body, change)
    }),
}

function created(
  call: PortalCall,
  publisher: OwnPublisherAccount,
  body: Readonly<Record<string, unknown>>,
  change: OfferChange,
): Reply {
  const ifMatch = call.headers['if-match']
  // A new offer has no ETag yet, so no tag matches.
  if (ifMatch !== undefined && ifMatch.trim() !== '*') return preconditionFailed()
  const id = call.params['offerId'] ?? ''
  const offerTypeId = String(body['offerTypeId'])
  return written(call, publisher.addOffer({ ...change, id, offerTypeId }, call.now), 'created')
}

function modified(call: PortalCall, offer: Offer, change: OfferChange): Reply {
  const ifMatch = call.headers['if-match']
  if (ifMatch === undefined) return withoutIfMatch(call)
  if (!matches(ifMatch, offer.etag)) return preconditionFailed()
  offer.modify(change, call.now)
  return written(call, offer, 'changed')
}

function withoutIfMatch({ state }: PortalCall): Reply {
  if (state.answers === 'documented') {
    return badRequest(answers.noIfMatch, 'The header If-Match is missing.')
  }
  return apiError(
    answers.exists,
    'InvalidResourceId',
    'Offer ID already exists. If you wanted to update an existing offer, please ensure If-Match header is specified as per documentation.',
  )
}

function written(call: PortalCall, offer: Offer, done: 'created' | 'changed'): Reply {
  const body = wholeOffer(offer, offer.draft, call.state.answers, call.now)
  return reply(answers[done], body, { etag: offer.etag })
}

function preconditionFailed(): Reply {
  return apiError(
    answers.changedMeanwhile,
    'PreconditionFailed',
    'The offer has changed: the If-Match header does not match its ETag.',
  )
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
