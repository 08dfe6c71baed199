import type { Reply } from '../../http/reply.ts'
import type { Offer } from '../../offers/offer.ts'
import type { Submission } from '../../offers/submission.ts'
import { apiVersion } from '../api-version.ts'
import type { PortalCall } from '../guarded.ts'

/**
 * 202 with the location of a submission twice: in `Location`, as documented since 2020, and in
 * `Operation-Location`, as before and as some clients still read it.
 */
export function accepted(
  call: PortalCall,
  offer: Offer,
  submission: Submission,
  form: 'relative' | 'absolute',
): Reply {
  const location = `${submissionPath(offer, submission)}?api-version=${apiVersion(call.query)}`
  return {
    status: 202,
    headers: {
      location,
      'operation-location': form === 'absolute' ? call.origin + location : location,
    },
    body: '',
  }
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
