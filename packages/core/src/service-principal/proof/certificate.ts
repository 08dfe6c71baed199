import type { KeyObject, X509Certificate } from 'node:crypto'
import { check, optionsOf, shown } from '../../check.ts'
import { checkPath, readFile, readFileAtOnce } from '../../read-file.ts'
import { seen } from '../../seen.ts'
import { pemBlocks, seenInPlaceOfPem } from './pem.ts'
import type { Proof, ProofClient, Proven } from './proof.ts'

/** A certificate with its private key, both PEM and in one text or file; the rest of its chain may follow. */
export type Certificate = CertificateText | CertificateFile

interface CertificateText extends CertificateKey {
  /** The PEM text, or a function that reads it for each token request. */
  readonly pem: string | undefined | (() => string | undefined | Promise<string | undefined>)
}

interface CertificateFile extends CertificateKey {
  /** A PEM file, read for each token request, so that a replaced file is picked up. */
  readonly path: string | undefined
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
  given: Certificate,
  { readAtOnce = true }: { readonly readAtOnce?: boolean } = {},
): Proof {
  check(
    typeof given === 'object' && given !== null && ('pem' in given || 'path' in given),
    `certificate must be { pem } or { path }, and not ${shown(given)}${typeof given === 'object' && given ? ' with neither' : ''}`,
  )
  const { pem, path, passphrase, sendChain } = optionsOf<
    Partial<CertificateText & CertificateFile>
  >(given, ['pem', 'path', 'passphrase', 'sendChain'], 'certificate')
  const key = { passphrase, sendChain }
  // Its time is not checked before it is used: until then a file may be replaced, and a clock be set.
  const prove = (text: string) => inTime(provenCertificate(text, key))
  const comparable = true
  if (path !== undefined) {
    checkPath(path, 'certificate: path (AZURE_CLIENT_CERTIFICATE_PATH)')
    if (readAtOnce) provenCertificate(contentOf(path), key)
    return { what: 'certificate', comparable, read: () => readFile(path), prove }
  }
  if (typeof pem === 'function') return { what: 'certificate', comparable, read: pem, prove }
  const text = pem ?? ''
  provenCertificate(text, key)
  return { what: 'certificate', comparable, read: () => text, prove }
}

function contentOf(path: string): string {
  try {
    return readFileAtOnce(path)
  } catch (error) {
    throw wrong((error as Error).message) // says which file it is, and why it cannot be read
  }
}

/** The certificate of a PEM text with its key. Throws a TypeError that says what is wrong with them. */
function provenCertificate(
  pem: string,
  { passphrase, sendChain = false }: CertificateKey,
): ProvenCertificate {
  const pair = keyPair(pem, passphrase)
  const { validFrom, validTo } = pair.certificate
  // MSAL is handed the assertion as well: its own begins up to half a second in the future.
  const present = (client: ProofClient) => ({
    clientAssertion: signedAssertion(pair, client, { sendChain }),
  })
  return { present, validFrom: Date.parse(validFrom), expiresAt: Date.parse(validTo) }
}

interface ProvenCertificate extends Proven {
  readonly validFrom: number
  readonly expiresAt: number
}

const fiveMinutes = 300_000

/** Entra refuses a certificate outside its time by codes that say nothing of the time. */
function inTime(proven: ProvenCertificate): Proven {
  const { validFrom, expiresAt } = proven
  const now = Date.now()
  if (expiresAt <= now) {
    throw wrong(
      `by its own date it expired on ${iso(expiresAt)}: renew it, and upload the new one under Certificates & secrets`,
    )
  }
  // A clock that is a little slow is no reason to refuse a certificate made a moment ago.
  if (validFrom > now + fiveMinutes) {
    throw wrong(
      `by its own date it is not valid before ${iso(validFrom)}: set the clock of this machine, which says ${iso(now)}`,
    )
  }
  return proven
}

function iso(instant: number): string {
  return new Date(instant).toISOString()
}

/** A certificate and the key it belongs to. */
interface KeyPair {
  readonly certificate: X509Certificate
  readonly privateKey: KeyObject
  /** The certificate and those that certify it, each certified by the next. */
  readonly chain: readonly X509Certificate[]
}

function keyPair(pem: unknown, passphrase: string | undefined): KeyPair {
  if (typeof pem !== 'string')
    throw wrong(`the PEM ${seen(pem)}: read it with 'utf8', or give { path }`)
  const { X509Certificate } = process.getBuiltinModule('node:crypto')
  const privateKey = readKey(pem, passphrase)
  const certificates = pemBlocks(pem)
    .filter(({ label }) => /^(X509 |TRUSTED )?CERTIFICATE$/.test(label))
    .map(block => parsed(() => new X509Certificate(block.text), 'it cannot be parsed'))
  if (certificates.length === 0)
    throw wrong(`the PEM holds no certificate: it ${seenInPlaceOfPem(pem)}`)
  // Bundles come in any order: the one that the key belongs to is the service principal's.
  const certificate = certificates.find(one => one.checkPrivateKey(privateKey))
  if (!certificate) throw wrong('the private key belongs to another certificate')
  return { certificate, privateKey, chain: chainOf(certificate, certificates) }
}

/** RFC 7515, section 4.1.6: the leaf first, then each one that certifies the one before. Others are left out. */
function chainOf(
  leaf: X509Certificate,
  certificates: readonly X509Certificate[],
): readonly X509Certificate[] {
  const chain = [leaf]
  for (let last: X509Certificate | undefined = leaf; last; ) {
    const certified: X509Certificate = last
    last = certificates.find(
      one =>
        chain.every(({ fingerprint256 }) => fingerprint256 !== one.fingerprint256) &&
        certified.checkIssued(one) &&
        certified.verify(one.publicKey),
    )
    if (last) chain.push(last)
  }
  return chain
}

function readKey(text: string, passphrase: string | undefined): KeyObject {
  const { createPrivateKey } = process.getBuiltinModule('node:crypto')
  const key = pemBlocks(text).find(({ label }) => /PRIVATE KEY$/.test(label))?.text
  if (key === undefined) throw wrong(`the PEM holds no private key: it ${seenInPlaceOfPem(text)}`)
  const odd = passphrase === undefined ? undefined : seen(passphrase)
  const privateKey = parsed(
    () => createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) }),
    passphrase === undefined
      ? 'the private key cannot be parsed; if it is encrypted, give its passphrase'
      : `the private key cannot be parsed with this passphrase${odd ? `, which ${odd}` : ''}`,
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

const lifetime = 600

/**
 * A client assertion as Entra wants it: PS256, named by the certificate's SHA-256 thumbprint, for ten minutes and one
 * token endpoint (Entra, "Certificate credentials").
 */
function signedAssertion(
  { certificate, privateKey, chain }: KeyPair,
  { clientId, tokenUrl }: ProofClient,
  { sendChain }: { readonly sendChain: boolean },
): string {
  const { constants, randomUUID, sign } = process.getBuiltinModule('node:crypto')
  const now = Math.floor(Date.now() / 1_000)
  const thumbprint = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex')
  const header = {
    alg: 'PS256',
    typ: 'JWT',
    'x5t#S256': thumbprint.toString('base64url'),
    ...(sendChain && { x5c: chain.map(({ raw }) => raw.toString('base64')) }),
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
