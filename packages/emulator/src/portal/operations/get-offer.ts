import { type Answer, chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { Reply } from '../../http/reply.ts'
import type { Offer } from '../../offers/offer.ts'
import type { OfferSnapshot } from '../../offers/submission.ts'
import { apiError, badRequest } from '../api-error.ts'
import { wholeOffer } from '../offer-json.ts'
import type { PortalState } from '../portal.ts'
import { page } from '../source.ts'
import { type PortalCall, withOffer } from './addressed.ts'

const offer = '/api/publishers/:publisherId/offers/:offerId'
const source = page('retrieve-specific-offer')

const answers = {
  draft: documented(
    200,
    'asked: the draft without its secrets (members named `secret` or `password`, by choice), and its `ETag` in the header, as observed in [pub](https://github.com/devigned/pub)',
    source,
  ),
}

/** Shows the draft of an offer, with its `ETag`. */
export const getOffer: Operation<PortalState> = {
  method: 'GET',
  path: offer,
  answers,
  answer: call =>
    withOffer(call, offer => shown(call, offer, offer.draft, answers.draft, { etag: offer.etag })),
}

const versionAnswers = {
  shown: documented(200, 'the version was published, or is that of the draft', source),
  missing: documented(404, 'the offer never had that version', source),
  notANumber: chosen(400, 'the version is not an integer', 'the reference has integers only'),
}

/** Shows an offer as it was published once. */
export const getOfferVersion: Operation<PortalState> = {
  method: 'GET',
  path: `${offer}/versions/:version`,
  answers: versionAnswers,
  answer: call =>
    withOffer(call, offer => {
      const text = call.params['version'] ?? ''
      if (!/^\d{1,9}$/.test(text)) {
        return badRequest(versionAnswers.notANumber, `The version '${text}' is not an integer.`)
      }
      const snapshot = offer.version(Number(text))
      return snapshot
        ? shown(call, offer, snapshot, versionAnswers.shown)
        : neverThere(versionAnswers.missing, offer)
    }),
}

const slotAnswers = {
  shown: documented(200, 'the slot is filled; its name is read in any letter case', source),
  empty: documented(404, 'nothing was ever previewed or published', source),
  noSlot: chosen(400, 'the slot is not Draft, Preview or Production', 'not described'),
}

/** Shows the draft, the preview or what is live. */
export const getOfferSlot: Operation<PortalState> = {
  method: 'GET',
  path: `${offer}/slot/:slot`,
  answers: slotAnswers,
  answer: call =>
    withOffer(call, offer => {
      const slot = call.params['slot'] ?? ''
      const find = slots[slot.toLowerCase()]
      if (!find) {
        return badRequest(
          slotAnswers.noSlot,
          `The slot '${slot}' is not Draft, Preview or Production.`,
        )
      }
      const snapshot = find(offer, call.now)
      return snapshot
        ? shown(call, offer, snapshot, slotAnswers.shown)
        : neverThere(slotAnswers.empty, offer)
    }),
}

type Find = (offer: Offer, now: number) => OfferSnapshot | undefined

// No prototype, so that a slot called `constructor` is unknown.
const slots: Readonly<Record<string, Find>> = Object.assign(Object.create(null), {
  draft: ({ draft }: Offer) => draft,
  preview: (offer: Offer, now: number) => offer.preview(now),
  production: (offer: Offer, now: number) => offer.production(now),
})

function shown(
  call: PortalCall,
  offer: Offer,
  snapshot: OfferSnapshot,
  answer: Answer,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return reply(answer, wholeOffer(offer, snapshot, call.state.answers, call.now), headers)
}

function neverThere(answer: Answer, offer: Offer): Reply {
  return apiError(answer, 'NotFound', `The offer '${offer.id}' was never there.`)
}
