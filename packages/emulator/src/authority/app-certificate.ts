import { type KeyObject, X509Certificate } from 'node:crypto'

/** A certificate registered with an app: its public half. */
export interface AppCertificate {
  /** SHA-256 of the certificate in base64url, as `x5t#S256` has it. */
  readonly thumbprintSha256: string
  /** SHA-1 in base64url, as `x5t` has it. */
  readonly thumbprint: string
  readonly expiresAt: number
  readonly publicKey: KeyObject
}

/**
 * Reads a certificate from PEM; a private key in the same text is not looked at.
 *
 * @throws TypeError when there is none.
 */
export function readCertificate(pem: string): AppCertificate {
  const certificate = parse(pem)
  return {
    thumbprintSha256: base64url(certificate.fingerprint256),
    thumbprint: base64url(certificate.fingerprint),
    expiresAt: new Date(certificate.validTo).getTime(),
    publicKey: certificate.publicKey,
  }
}

const endOfCertificate = '-----END CERTIFICATE-----'

function parse(pem: string): X509Certificate {
  const begin = pem.indexOf('-----BEGIN CERTIFICATE-----')
  const end = pem.indexOf(endOfCertificate, begin)
  try {
    if (begin >= 0 && end >= 0) {
      return new X509Certificate(pem.slice(begin, end + endOfCertificate.length))
    }
  } catch {
    // The error below leaves out the text, which may hold a private key.
  }
  throw new TypeError('A certificate must be given as PEM.')
}

function base64url(fingerprint: string): string {
  return Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url')
}
