import { json, type Reply } from '../../http/reply.ts'
import type { PortalCall } from '../guarded.ts'
import { submissionItem, submissionState } from '../submission-json.ts'
import { withOffer } from './addressed.ts'

/**
 * `GET …/submissions/?status=…`, newest first. The reference calls the filter `status`, a field
 * client `submissionState`; both work.
 */
export function listSubmissions(call: PortalCall): Reply {
  const wanted = (call.query.get('status') ?? call.query.get('submissionState'))?.toLowerCase()
  return withOffer(call, offer => {
    const shown = offer.submissions
      .toReversed()
      .filter(submission => !wanted || submissionState(submission, call.now) === wanted)
    return json(
      200,
      shown.map(submission => submissionItem(offer, submission, call.now)),
    )
  })
}
