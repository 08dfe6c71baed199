import { type AnswerTable, chosen, documented } from '../api/answer.ts'
import type { Api } from '../api/api.ts'
import { refusedBecause } from '../api/reply.ts'
import { portalAudience } from '../authority/resources.ts'
import { apiError } from './api-error.ts'
import { forbidden, offerNotFound } from './operations/addressed.ts'
import { cancel } from './operations/cancel.ts'
import { echo } from './operations/echo.ts'
import { getOffer, getOfferSlot, getOfferVersion } from './operations/get-offer.ts'
import { getSubmission, getSubmissionByName } from './operations/get-submission.ts'
import { goLive } from './operations/go-live.ts'
import { listOffers } from './operations/list-offers.ts'
import { listPublishers } from './operations/list-publishers.ts'
import { listSubmissions } from './operations/list-submissions.ts'
import { offerStatus } from './operations/offer-status.ts'
import { offerTypes } from './operations/offer-types.ts'
import { publish } from './operations/publish.ts'
import { putOffer } from './operations/put-offer.ts'
import type { PortalState } from './portal.ts'
import { page } from './source.ts'

const versions = ['2016-08-01-preview', '2017-10-31']

const answers = {
  unauthorized: documented(
    401,
    'the token is missing or does not hold; body and `WWW-Authenticate` are chosen after [v1](https://learn.microsoft.com/previous-versions/azure/active-directory/azuread-dev/v1-protocols-oauth-code)',
    page('troubleshooting-authentication-errors'),
  ),
  unknownVersion: documented(
    400,
    'it does not have the version; both versions of the reference are taken everywhere',
    page('considerations'),
  ),
  noVersion: chosen(400, 'no version is named', 'the reference describes the unknown one only'),
  forbidden,
  offerNotFound,
  unknown: chosen(404, 'there is no such operation', 'not described'),
  tooLarge: chosen(413, 'the body is larger than 4 MiB', 'no limit is published'),
  failed: chosen(500, 'the emulator fails, or a fault applies', 'also 429 and 503, by the fault'),
} satisfies AnswerTable

/** The Cloud Partner Portal REST API. */
export const portalApi: Api<PortalState> = {
  name: 'portal',
  title: 'Cloud Partner Portal',
  audiences: [portalAudience],
  paths: ['/api'],
  versionParameter: 'api-version',
  answers,
  operations: [
    offerTypes,
    listPublishers,
    listOffers,
    getOffer,
    putOffer,
    getOfferVersion,
    getOfferSlot,
    offerStatus,
    publish,
    goLive,
    cancel,
    listSubmissions,
    getSubmission,
    getSubmissionByName,
    echo,
  ],
  refuseVersion(version) {
    if (version !== undefined && versions.includes(version)) return undefined
    const message = `Invalid api version. Allowed values are [${versions.join(', ')}]`
    const answer = version === undefined ? answers.noVersion : answers.unknownVersion
    return refusedBecause(
      version === undefined ? 'no api-version' : 'unknown api-version',
      apiError(answer, 'InvalidAPIVersion', message),
    )
  },
  refusals: {
    unauthorized: (reason, origin) =>
      apiError(answers.unauthorized, 'Unauthorized', reason, {
        'www-authenticate': `Bearer authorization_uri="${origin}/common/oauth2/authorize", error="invalid_token", error_description="${reason.replaceAll('"', "'")}"`,
      }),
    unknown: ({ method, path }) =>
      apiError(answers.unknown, 'NotFound', `There is no operation ${method} ${path}.`),
    failed: ({ status, message, headers }) =>
      apiError(
        { ...(status === 413 ? answers.tooLarge : answers.failed), status },
        codes[status] ?? 'ServiceUnavailable',
        message,
        headers,
      ),
  },
}

const codes: Readonly<Record<number, string>> = {
  413: 'RequestEntityTooLarge',
  429: 'TooManyRequests',
  500: 'InternalServerError',
}
