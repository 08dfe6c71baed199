import { type AnswerTable, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { Reply } from '../../http/reply.ts'
import type { Submission } from '../../offers/submission.ts'
import { apiError } from '../api-error.ts'
import type { PortalState } from '../portal.ts'
import { page } from '../source.ts'
import { submissionDetail } from '../submission-json.ts'
import { type PortalCall, withOffer } from './addressed.ts'
import { submissionNamed } from './submission-location.ts'

const answers = {
  shown: documented(
    200,
    'asked: one object, as observed in [pub](https://github.com/devigned/pub), or as documented an array of one; a submission that cannot be canceled is `cannotCancel` by choice',
    page('retrieve-operations'),
  ),
  missing: documented(404, 'there is no such submission', page('retrieve-operations')),
} satisfies AnswerTable

/** Shows one submission step by step. */
export const getSubmission: Operation<PortalState> = {
  method: 'GET',
  path: '/api/publishers/:publisherId/offers/:offerId/operations/:operationId',
  answers,
  answer: call =>
    withOffer(call, offer => {
      const wanted = call.params['operationId']?.toLowerCase()
      const found = offer.submissions.find(({ id }) => id === wanted)
      return shown(call, answers, found)
    }),
}

const byNameAnswers = {
  shown: documented(200, 'the offer was not moved to Partner Center', page('overview')),
  missing: documented(404, 'there is no such submission, or the offer was moved', page('overview')),
} satisfies AnswerTable

/** Shows one submission of an offer that was not moved to Partner Center, `{publisherId}${offerId}$…`. */
export const getSubmissionByName: Operation<PortalState> = {
  method: 'GET',
  path: '/api/operations/:name',
  answers: byNameAnswers,
  answer(call) {
    const name = call.params['name'] ?? ''
    const [publisherId = '', offerId = ''] = name.split('$')
    return withOffer({ ...call, params: { publisherId, offerId } }, offer =>
      shown(call, byNameAnswers, offer.migrated ? undefined : submissionNamed(offer, name)),
    )
  },
}

function shown(call: PortalCall, given: typeof answers, submission: Submission | undefined): Reply {
  if (!submission) return apiError(given.missing, 'NotFound', 'The operation does not exist.')
  return reply(given.shown, submissionDetail(submission, call.state.answers, call.now))
}
