import type { Answer } from '../../api/answer.ts'
import { parameter } from '../../api/parameter.ts'
import { reply } from '../../api/reply.ts'
import type { Reply } from '../../http/reply.ts'
import type { Offer } from '../../offers/offer.ts'
import type { Submission } from '../../offers/submission.ts'
import type { PortalCall } from './addressed.ts'

/**
 * 202 with the location of a submission twice: in `Location`, as documented since 2020, and in
 * `Operation-Location`, as before and as some clients still read it.
 */
export function accepted(
  answer: Answer,
  call: PortalCall,
  offer: Offer,
  submission: Submission,
  form: 'relative' | 'absolute',
): Reply {
  const version = parameter(call.query, 'api-version')
  const location = `${submissionPath(offer, submission)}?api-version=${version}`
  return reply(answer, undefined, {
    location,
    'operation-location': form === 'absolute' ? call.origin + location : location,
  })
}

/** Finds the submission that the last part of such a path names. */
export function submissionNamed(offer: Offer, name: string): Submission | undefined {
  return offer.submissions.find(submission => unmigratedName(offer, submission) === name)
}

function submissionPath(offer: Offer, submission: Submission): string {
  if (!offer.migrated) return `/api/operations/${unmigratedName(offer, submission)}`
  return `/api/publishers/${offer.publisherId}/offers/${offer.id}/operations/${submission.id}`
}

function unmigratedName(offer: Offer, { publishingVersion, type }: Submission): string {
  const slot = type === 'publish' ? 'preview' : 'production'
  return `${offer.publisherId}$${offer.id}$${publishingVersion}$${slot}`
}
