import { json, type Reply } from '../../http/reply.ts'
import type { Submission } from '../../offers/submission.ts'
import type { PortalCall } from '../guarded.ts'
import { submissionDetail } from '../submission-json.ts'
import { notFound, withOffer } from './addressed.ts'
import { submissionNamed } from './submission-location.ts'

/** `GET …/offers/{offerId}/operations/{operationId}`. */
export function getSubmission(call: PortalCall): Reply {
  return withOffer(call, offer => {
    const wanted = call.params['operationId']?.toLowerCase()
    return shown(
      call,
      offer.submissions.find(({ id }) => id === wanted),
    )
  })
}

/** `GET /api/operations/{publisherId}${offerId}$…`, for offers that were not migrated. */
export function getSubmissionByName(call: PortalCall): Reply {
  const name = call.params['name'] ?? ''
  const [publisherId = '', offerId = ''] = name.split('$')
  return withOffer({ ...call, params: { publisherId, offerId } }, offer =>
    shown(call, offer.migrated ? undefined : submissionNamed(offer, name)),
  )
}

function shown(call: PortalCall, submission: Submission | undefined): Reply {
  if (!submission) return notFound('The operation does not exist.')
  return json(200, submissionDetail(submission, call.portal.answers, call.now))
}
