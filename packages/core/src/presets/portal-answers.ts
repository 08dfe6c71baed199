import type { ApiAnswer } from '../api/api.ts'

/**
 * The answers that the API's pages document ("Troubleshooting common authentication errors", "API considerations",
 * "Concurrency control") and the ones its clients are seen to meet. A status with a code stands before the one without.
 */
export const portalAnswers: readonly ApiAnswer[] = [
  {
    status: 400,
    code: 'InvalidAPIVersion',
    meaning: 'The request names no version of the API, or one that this operation does not have.',
    remedies: [
      "Leave api-version out of the URL and of the client's parameters: it is added where it is missing, and one of your own is kept.",
      'Send 2016-08-01-preview for /api/offerTypes and 2017-10-31 for everything else.',
    ],
  },
  {
    status: 400,
    meaning: 'The request, or the offer in it, is not valid.',
    remedies: [
      'Read the message in the body, correct the request and only then send it again.',
      'A change to an offer needs If-Match: the ETag of the last GET, or * for whatever is there.',
    ],
  },
  {
    status: 401,
    meaning: 'The API does not accept the access token.',
    remedies: [
      'Set tenantId (AZURE_TENANT_ID) to the tenant whose service principal is a user of the publisher account.',
      "Leave the Api's audience at https://cloudpartner.azure.com and authorityHost at the public cloud.",
    ],
  },
  {
    status: 403,
    meaning:
      'The access token is good, but its service principal may not do this in this publisher account.',
    remedies: [
      'Add the service principal as a user of the publisher account, with the role Owner or Contributor.',
      "Give the Object ID of the enterprise application (the managed application in the local directory): the app registration's own Object ID is another one.",
      'Check the publisher ID, in the URL and in the account the service principal was added to.',
    ],
  },
  {
    status: 404,
    meaning: 'There is no such publisher, offer, version or operation.',
    remedies: [
      'Check the publisher ID and offer ID in the URL; both are the IDs and not the display names.',
      'Check the base URL: what stands in it and in the path is sent twice, such as /api/api.',
      'A slot answers 404 until the offer has been published to it, and an operation when its offer has been migrated since: take its URL from the Location header.',
    ],
  },
  {
    status: 409,
    code: 'InvalidResourceId',
    meaning:
      'An offer with this ID exists already, and the request says nothing about changing it.',
    remedies: [
      'To change the offer, send If-Match with the ETag of the last GET, or with * to overwrite whatever is there.',
      'To create one, take another offer ID.',
    ],
  },
  {
    status: 409,
    meaning: 'The request does not go together with what the offer is in at the moment.',
    remedies: [
      'Wait for the operation that runs on the offer, or cancel it: only one may run at a time.',
    ],
  },
  {
    status: 412,
    meaning:
      'The offer was changed since its ETag was read, by somebody else or an earlier request of yours.',
    remedies: [
      'GET the offer again, make the change on what came, and send it with the new ETag in If-Match.',
    ],
  },
  {
    status: 422,
    meaning: 'The offer did not pass validation.',
    remedies: ['Correct the fields that the body names, and publish again.'],
  },
  {
    status: 429,
    meaning: 'Too many requests in too short a time.',
    remedies: ['Wait as long as Retry-After says, or a minute, and send fewer at once.'],
  },
  {
    status: 500,
    meaning: 'The API failed.',
    remedies: [
      'Send the request again in a while; if it goes on, ask Partner Center support, with the x-ms-request-id of the answer.',
    ],
  },
]
