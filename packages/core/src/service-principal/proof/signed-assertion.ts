import type { KeyObject } from 'node:crypto'
import type { ProofClient } from './proof.ts'

/** A certificate and the key it belongs to. */
export interface KeyPair {
  /** SHA-256 of the certificate, in hex. */
  readonly thumbprint: string
  readonly privateKey: KeyObject
  /** Base64 DER of every certificate in the text, the one with the key first. */
  readonly chain: readonly string[]
  readonly expiresAt: number
}

const lifetime = 600

/**
 * A client assertion as Entra wants it: PS256, named by the certificate's SHA-256 thumbprint, for ten minutes and one
 * token endpoint (Entra, "Certificate credentials").
 */
export function signedAssertion(
  { thumbprint, privateKey, chain }: KeyPair,
  { clientId, tokenUrl }: ProofClient,
  { sendChain }: { readonly sendChain: boolean },
): string {
  const { constants, randomUUID, sign } = process.getBuiltinModule('node:crypto')
  const now = Math.floor(Date.now() / 1_000)
  const header = {
    alg: 'PS256',
    typ: 'JWT',
    'x5t#S256': Buffer.from(thumbprint, 'hex').toString('base64url'),
    ...(sendChain && { x5c: chain }),
  }
  const claims = {
    aud: tokenUrl,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    nbf: now,
    iat: now,
    exp: now + lifetime,
  }
  const signed = `${base64url(header)}.${base64url(claims)}`
  const signature = sign('sha256', Buffer.from(signed), {
    key: privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })
  return `${signed}.${signature.toString('base64url')}`
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
