import { chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import { badRequest } from '../api-error.ts'
import type { PortalState } from '../portal.ts'
import { page } from '../source.ts'
import { withOffer } from './addressed.ts'
import { malformedMetadata, notificationEmails } from './publish.ts'
import { accepted } from './submission-location.ts'

const source = page('cancel-operations')

const answers = {
  accepted: documented(202, 'steps are running; that it is 202 then is chosen', source),
  done: documented(
    200,
    'the offer only waits for its publisher; that it is 200 then is chosen',
    source,
  ),
  nothingRuns: chosen(400, 'nothing is running', 'the page has 400 without a cause'),
  badBody: documented(400, 'the body is not JSON with `metadata`', source),
}

/** Cancels the submission that is running. */
export const cancel: Operation<PortalState> = {
  method: 'POST',
  path: '/api/publishers/:publisherId/offers/:offerId/cancel',
  answers,
  answer: call =>
    withOffer(call, offer => {
      if (notificationEmails(call) === undefined) return malformedMetadata(answers.badBody)
      const canceled = offer.cancel(call.now)
      if (!canceled) {
        return badRequest(answers.nothingRuns, 'There is no running operation to cancel.')
      }
      const { submission, before } = canceled
      if (before.waitsForSignOff) return reply(answers.done, {})
      return accepted(answers.accepted, call, offer, submission, 'absolute')
    }),
}
