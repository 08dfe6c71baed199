import { randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import { marketplaceAudience } from '../authority/resources.ts'
import type { SigningKey } from '../authority/signing-key.ts'
import { stableGuid } from '../stable-ids.ts'
import type { SaasOffer } from './saas-offer.ts'

/** What signs the tokens of webhooks. */
export interface WebhookTokenParts {
  readonly signingKey: () => Promise<SigningKey>
  readonly authorityOrigin: () => string
  readonly now: () => number
}

/**
 * The token by which a webhook knows its caller: for the app of the offer's technical configuration, from its
 * tenant, issued to the marketplace, with the claims that were seen in
 * https://github.com/microsoft/commercial-marketplace-client-dotnet/issues/70. The authority publishes its key.
 */
export async function webhookToken(
  { tenantId, clientId }: Pick<SaasOffer, 'tenantId' | 'clientId'>,
  { signingKey, authorityOrigin, now }: WebhookTokenParts,
): Promise<string> {
  const { id, privateKey } = await signingKey()
  const issuedAt = Math.floor(now() / 1000)
  const principal = stableGuid('service principal of the marketplace')
  return new SignJWT({
    aud: clientId,
    iss: `${authorityOrigin()}/${tenantId}/v2.0`,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + 3599,
    aio: randomBytes(39).toString('base64'),
    azp: marketplaceAudience,
    azpacr: '2',
    oid: principal,
    rh: `1.${randomBytes(36).toString('base64url')}.`,
    sub: principal,
    tid: tenantId,
    uti: randomBytes(16).toString('base64url'),
    ver: '2.0',
  })
    .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: id })
    .sign(privateKey)
}
