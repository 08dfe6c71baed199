import type { ApiAnswer } from '../api/api.ts'

/** What the APIs of Partner Center answer to an application that may not call them. */
export const notAssociated: readonly ApiAnswer[] = [
  {
    status: 401,
    meaning: 'The API does not accept the access token.',
    remedies: [
      'Associate the Entra application with the Partner Center account: Account settings, User management, Microsoft Entra applications.',
      'Set tenantId (AZURE_TENANT_ID) to the tenant that is associated with the account.',
    ],
  },
  {
    status: 403,
    meaning: 'The access token is good, but its application may not do this in this account.',
    remedies: [
      'Give the Entra application the role Manager in Partner Center.',
      'Check that the product is of the account that the application is associated with.',
    ],
  },
]

export const changedSince: ApiAnswer = {
  status: 412,
  meaning:
    'The resource was changed since its ETag was read, by somebody else or an earlier request of yours.',
  remedies: [
    'GET it again, make the change on what came, and send it with the new ETag in If-Match.',
  ],
}

export const throttled: ApiAnswer = {
  status: 429,
  meaning: 'Too many requests in too short a time.',
  remedies: [
    'Wait as long as Retry-After says; ask for the status of a job once a minute at most.',
  ],
}
