import { readJsonObject } from '../../http/json-body.ts'
import type { Reply } from '../../http/reply.ts'
import { badRequest } from '../api-error.ts'
import type { PortalCall } from '../guarded.ts'
import { withOffer } from './addressed.ts'
import { accepted } from './submission-location.ts'

/** `POST …/publish`: 202 with the location of a submission, of the running one if there is one. */
export function publish(call: PortalCall): Reply {
  return withOffer(call, offer => {
    const emails = notificationEmails(call)
    if (emails === undefined) return badRequest('The body is not a JSON object with metadata.')
    const { plans } = offer.draft.definition
    if (!Array.isArray(plans) || plans.length === 0) return unprocessable(offer.migrated)
    const submission = offer.publish(emails, call.portal.stepDurations, call.now)
    return accepted(call, offer, submission, 'relative')
  })
}

/** The addresses of `metadata.notification-emails`; empty without a body, nothing when it is malformed. */
export function notificationEmails({ body }: PortalCall): string | undefined {
  if (body.bytes === 0) return ''
  const metadata = readJsonObject(body)?.['metadata'] ?? undefined
  if (typeof metadata !== 'object') return undefined
  const emails = 'notification-emails' in metadata ? metadata['notification-emails'] : ''
  return typeof emails === 'string' ? emails : undefined
}

// The back end of migrated offers was seen to send the name of an exception as plain text.
function unprocessable(migrated: boolean): Reply {
  const message = 'The offer has no plans.'
  if (!migrated) return { ...badRequest(message), status: 422 }
  return {
    status: 422,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: `Microsoft.Ingestion.Api.Common.Exceptions.Http422Exception: ${message}`,
  }
}
