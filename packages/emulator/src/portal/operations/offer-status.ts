import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { PortalState } from '../portal.ts'
import { page } from '../source.ts'
import { statusOf } from '../submission-json.ts'
import { withOffer } from './addressed.ts'

const answers = {
  shown: documented(
    200,
    'asked: the steps of the newest submission; as observed, an offer that waits for sign-off is `running`, and as documented `waitingForPublisherReview`',
    page('retrieve-offer-status'),
  ),
}

/** Shows how far an offer is on its way to the public. */
export const offerStatus: Operation<PortalState> = {
  method: 'GET',
  path: '/api/publishers/:publisherId/offers/:offerId/status',
  answers,
  answer: call =>
    withOffer(call, offer => reply(answers.shown, statusOf(offer, call.state.answers, call.now))),
}
