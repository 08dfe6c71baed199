import type { KeyObject, X509Certificate } from 'node:crypto'
import type { Proof, ProofClient, Proven } from './proof.ts'
import { type KeyPair, signedAssertion } from './signed-assertion.ts'

/** A certificate with its private key, both PEM and in one text or file; the rest of its chain may follow. */
export type Certificate = CertificateText | CertificateFile

interface CertificateText extends CertificateKey {
  /** The PEM text, or a function that reads it for each token request. */
  readonly pem: string | (() => string | Promise<string>)
}

export interface CertificateFile extends CertificateKey {
  /** A PEM file, read for each token request, so that a replaced file is picked up. */
  readonly path: string
}

interface CertificateKey {
  /** Of an encrypted private key. */
  readonly passphrase?: string | undefined
  /** Sends the chain along (`x5c`), for subject-name/issuer authentication. Default: `false`. */
  readonly sendChain?: boolean | undefined
}

/**
 * Checks text and file at once, and what a function returns whenever it is read. Throws a TypeError that names what
 * is wrong with the certificate, and shows nothing of it.
 */
export function certificateProof(
  options: Certificate,
  { readAtOnce: atOnce = true }: { readonly readAtOnce?: boolean } = {},
): Proof {
  if (typeof options !== 'object' || options === null || !('pem' in options || 'path' in options))
    throw new TypeError('certificate must be { pem } or { path }')
  const { passphrase, sendChain } = options
  const prove = (pem: string) => provenCertificate(pem, { passphrase, sendChain })
  const comparable = true
  if ('path' in options) {
    const { path } = options
    if (atOnce) prove(readAtOnce(path))
    const read = () => process.getBuiltinModule('node:fs').promises.readFile(path, 'utf8')
    return { what: `certificate ${path}`, comparable, read, prove }
  }
  const { pem } = options
  if (typeof pem === 'function') return { what: 'certificate', comparable, read: pem, prove }
  prove(pem)
  return { what: 'certificate', comparable, read: () => pem, prove }
}

function readAtOnce(path: string): string {
  try {
    return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // what node:fs throws
    throw new TypeError(`certificate: ${path} cannot be read (${code})`)
  }
}

/** The certificate of a PEM text with its key. Throws a TypeError that says what is wrong with them. */
export function provenCertificate(
  pem: string,
  { passphrase, sendChain = false }: CertificateKey,
): Proven {
  const pair = keyPair(pem, passphrase)
  const { expiresAt } = pair
  // MSAL is handed the assertion as well: its own begins up to half a second in the future.
  const present = (client: ProofClient) => ({
    clientAssertion: signedAssertion(pair, client, { sendChain }),
  })
  return { present, expiresAt }
}

function keyPair(pem: unknown, passphrase: string | undefined): KeyPair {
  const text = typeof pem === 'string' ? pem : ''
  const { X509Certificate } = process.getBuiltinModule('node:crypto')
  const privateKey = readKey(text, passphrase)
  const certificates = [
    ...text.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g),
  ].map(([block]) => parsed(() => new X509Certificate(block), 'it cannot be parsed'))
  if (certificates.length === 0) throw wrong('the PEM holds no certificate')
  // Bundles come in any order: the one that the key belongs to is the service principal's.
  const own = certificates.find(certificate => certificate.checkPrivateKey(privateKey))
  if (!own) throw wrong('the private key belongs to another certificate')
  return {
    thumbprint: own.fingerprint256.replaceAll(':', '').toLowerCase(),
    privateKey,
    chain: [own, ...certificates.filter(other => other !== own)].map(toBase64),
    expiresAt: Date.parse(own.validTo),
  }
}

function readKey(text: string, passphrase: string | undefined): KeyObject {
  const { createPrivateKey } = process.getBuiltinModule('node:crypto')
  const key = /-----BEGIN ([A-Z]+ )*PRIVATE KEY-----[\s\S]+?-----END ([A-Z]+ )*PRIVATE KEY-----/
  const block = key.exec(text)?.[0]
  if (block === undefined) throw wrong('the PEM holds no private key')
  const privateKey = parsed(
    () => createPrivateKey({ key: block, ...(passphrase !== undefined && { passphrase }) }),
    passphrase === undefined
      ? 'the private key cannot be parsed; if it is encrypted, give its passphrase'
      : 'the private key cannot be parsed with this passphrase',
  )
  const { asymmetricKeyType, asymmetricKeyDetails } = privateKey
  if (asymmetricKeyType !== 'rsa' || (asymmetricKeyDetails?.modulusLength ?? 0) < 2048)
    throw wrong('Entra takes RSA keys of 2048 bits or more, and no other')
  return privateKey
}

function parsed<T>(parse: () => T, otherwise: string): T {
  try {
    return parse()
  } catch {
    throw wrong(otherwise) // OpenSSL's own words help nobody and may quote the input
  }
}

function wrong(what: string): TypeError {
  return new TypeError(`certificate: ${what}`)
}

function toBase64(certificate: X509Certificate): string {
  return certificate.raw.toString('base64')
}
