import { type Answer, documented, observed } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { textReply } from '../../api/reply.ts'
import { readJsonObject } from '../../http/json-body.ts'
import type { Reply } from '../../http/reply.ts'
import { badRequest } from '../api-error.ts'
import type { PortalState } from '../portal.ts'
import { page, partnerCenterCli } from '../source.ts'
import { type PortalCall, withOffer } from './addressed.ts'
import { accepted } from './submission-location.ts'

const answers = {
  accepted: documented(
    202,
    'the publication starts, or one is running: the location of that one, also in `Operation-Location` as before 2020',
    page('publish-offer'),
  ),
  noPlans: documented(422, 'the offer has no plans', page('publish-offer')),
  noPlansMigrated: observed(
    422,
    'an offer that was moved to Partner Center has no plans: the name of an exception as plain text',
    partnerCenterCli,
  ),
  badBody: documented(400, 'the body is not JSON with `metadata`', page('publish-offer')),
}

/** Starts the publication of the draft. */
export const publish: Operation<PortalState> = {
  method: 'POST',
  path: '/api/publishers/:publisherId/offers/:offerId/publish',
  answers,
  answer: call =>
    withOffer(call, offer => {
      const emails = notificationEmails(call)
      if (emails === undefined) return malformedMetadata(answers.badBody)
      const { plans } = offer.draft.definition
      if (!Array.isArray(plans) || plans.length === 0) return unprocessable(offer.migrated)
      const submission = offer.publish(emails, call.state.stepDurations, call.now)
      return accepted(answers.accepted, call, offer, submission, 'relative')
    }),
}

/** What publish and cancel say to a body that they cannot read. */
export function malformedMetadata(answer: Answer): Reply {
  return badRequest(answer, 'The body is not a JSON object with metadata.')
}

/** The addresses of `metadata.notification-emails`; empty without a body, nothing when it is malformed. */
export function notificationEmails({ body }: PortalCall): string | undefined {
  if (body.bytes === 0) return ''
  const metadata = readJsonObject(body)?.['metadata'] ?? undefined
  if (typeof metadata !== 'object') return undefined
  const emails = 'notification-emails' in metadata ? metadata['notification-emails'] : ''
  return typeof emails === 'string' ? emails : undefined
}

function unprocessable(migrated: boolean): Reply {
  const message = 'The offer has no plans.'
  if (!migrated) return badRequest(answers.noPlans, message)
  const exception = 'Microsoft.Ingestion.Api.Common.Exceptions.Http422Exception'
  return textReply(answers.noPlansMigrated, `${exception}: ${message}`)
}
