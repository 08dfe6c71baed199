import { documented, observed } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { PortalState } from '../portal.ts'
import { page, pub } from '../source.ts'
import { submissionItem, submissionState } from '../submission-json.ts'
import { withOffer } from './addressed.ts'

const answers = {
  listed: documented(
    200,
    'asked, with `status=` as a filter or without one: the newest first, with versions beyond 2⁵³',
    page('retrieve-operations'),
  ),
  byState: observed(200, '`submissionState=` is the filter', pub),
}

/** Lists the submissions of an offer. */
export const listSubmissions: Operation<PortalState> = {
  method: 'GET',
  path: '/api/publishers/:publisherId/offers/:offerId/submissions',
  answers,
  answer(call) {
    const status = call.query.get('status')
    const state = call.query.get('submissionState')
    const wanted = (status ?? state)?.toLowerCase()
    return withOffer(call, offer => {
      const shown = offer.submissions
        .toReversed()
        .filter(submission => !wanted || submissionState(submission, call.now) === wanted)
      return reply(
        status === null && state !== null ? answers.byState : answers.listed,
        shown.map(submission => submissionItem(offer, submission, call.now)),
      )
    })
  },
}
