import { chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { badRequest } from '../api-error.ts'
import type { PortalState } from '../portal.ts'
import { page } from '../source.ts'
import { withOffer } from './addressed.ts'
import { accepted } from './submission-location.ts'

const answers = {
  accepted: documented(
    202,
    'a preview waits for its publisher; no body is needed',
    page('go-live'),
  ),
  nothingWaits: chosen(
    400,
    'no preview waits for its publisher',
    'the page has 400 without a cause',
  ),
}

/** Makes the offer live that waits for its publisher. */
export const goLive: Operation<PortalState> = {
  method: 'POST',
  path: '/api/publishers/:publisherId/offers/:offerId/golive',
  answers,
  answer: call =>
    withOffer(call, offer => {
      const submission = offer.goLive(call.now)
      if (!submission) {
        return badRequest(answers.nothingWaits, 'The offer does not wait for publisher sign-off.')
      }
      return accepted(answers.accepted, call, offer, submission, 'absolute')
    }),
}
