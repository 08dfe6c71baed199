import { serviceTime } from '../api/service-time.ts'
import type { Offer } from '../offers/offer.ts'
import { type OfferSnapshot, progressOf } from '../offers/submission.ts'
import type { Answers } from './answers.ts'

/** An offer as the list shows it. */
export function offerSummary(offer: Offer, answers: Answers, now: number): object {
  const neverPublished = offer.submissions.length === 0
  const { draft } = offer
  const observed = answers === 'observed'
  return {
    offerTypeId: offer.offerTypeId,
    publisherId: offer.publisherId,
    status: offerStatus(offer, now),
    id: offer.id,
    version: observed && neverPublished ? 0 : draft.version,
    definition: { displayText: displayText(offer, draft) },
    changedTime:
      observed && neverPublished ? localTime(draft.changedAt) : serviceTime(draft.changedAt),
    ...(observed && partnerCenterMembers(offer)),
  }
}

/** An offer with its definition at one time; secrets in it are never returned. */
export function wholeOffer(
  offer: Offer,
  snapshot: OfferSnapshot,
  answers: Answers,
  now: number,
): object {
  return {
    offerTypeId: offer.offerTypeId,
    publisherId: offer.publisherId,
    status: offerStatus(offer, now),
    id: offer.id,
    version: snapshot.version,
    definition: withoutSecrets({
      displayText: displayText(offer, snapshot),
      ...snapshot.definition,
    }),
    ...(Object.keys(offer.offerTypeVersions).length > 0 && {
      offerTypeVersions: offer.offerTypeVersions,
    }),
    changedTime: serviceTime(snapshot.changedAt),
    ...(answers === 'observed' && partnerCenterMembers(offer)),
  }
}

/** The status of an offer: that of its newest submission. */
export function offerStatus(offer: Offer, now: number): string {
  const newest = offer.submissions.at(-1)
  if (!newest) return 'neverPublished'
  const { status, waitsForSignOff } = progressOf(newest, now)
  if (waitsForSignOff) return 'waitingForPublisherReview'
  return status === 'completed' ? 'succeeded' : status
}

// Seen on offers that were never published: no zone, so that JavaScript takes it for local time.
function localTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '')
}

function partnerCenterMembers(offer: Offer): object {
  return {
    lockStatus: 'none',
    pcMigrationStatus: offer.migrated ? 'migrated' : 'none',
    pcRedirectUri: '',
    isvUpgradeRequest: false,
    offerTypeVersionsOverride: {},
  }
}

function displayText(offer: Offer, { definition }: OfferSnapshot): string {
  const text = definition['displayText']
  return typeof text === 'string' ? text : offer.id
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => !/secret|password/i.test(name))
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutSecrets(member)]))
}
