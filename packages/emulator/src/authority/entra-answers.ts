import { type Answer, chosen, documented, observed } from '../api/answer.ts'
import { mistakeAnswers } from './aadsts.ts'

const v1Flow =
  'https://learn.microsoft.com/previous-versions/azure/active-directory/azuread-dev/v1-oauth2-client-creds-grant-flow'
const v2Flow =
  'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow'
const openId = 'https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc'

/** The answers of Entra and of the managed identities, for the table of them, each with its request. */
export const entraAnswers: readonly (readonly [request: string, answer: Answer])[] = [
  [
    '`POST /{tenant}/oauth2/token`',
    documented(200, 'the credential holds: numbers are strings, and `resource` is echoed', v1Flow),
  ],
  [
    '`POST /{tenant}/oauth2/token`',
    chosen(
      200,
      'no `resource` is named: a token for Azure AD Graph',
      'Entra was seen to do so, and no page describes it',
    ),
  ],
  [
    '`POST /{tenant}/oauth2/v2.0/token`',
    documented(200, 'the credential holds: numbers, and no `resource`', v2Flow),
  ],
  ...mistakeAnswers.map(answer => ['any for a token', answer] as const),
  [
    '`GET /{tenant}/v2.0/.well-known/openid-configuration`, also of v1',
    documented(
      200,
      'the tenant exists; the issuer of v2 is this origin, which libraries insist on',
      openId,
    ),
  ],
  ['`GET /{tenant}/discovery/v2.0/keys`, also of v1', documented(200, 'asked', openId)],
  [
    '`GET /common/discovery/instance`',
    observed(
      200,
      'asked: it leads back here',
      'https://github.com/AzureAD/microsoft-authentication-library-for-js',
    ),
  ],
  [
    '`GET /msi/token`',
    documented(
      200,
      'the header holds; without it 401, and 400 for a query that it cannot answer',
      'https://learn.microsoft.com/azure/app-service/overview-managed-identity',
    ),
  ],
  [
    '`GET /metadata/identity/oauth2/token`',
    documented(
      200,
      'the header `Metadata: true` is sent: every number is a string; 400 for a query that it cannot answer',
      'https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token',
    ),
  ],
]
