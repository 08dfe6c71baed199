import type { KeyObject, X509Certificate } from 'node:crypto'
import { assertionForm } from './assertion.ts'
import type { Proof, ProofClient } from './proof.ts'

/** A certificate with its private key, both PEM and in one text or file; the chain may follow the certificate. */
export type Certificate = CertificateText | CertificateFile

interface CertificateText extends CertificateKey {
  /** The PEM text, or a function that reads it for each token request. */
  readonly pem: string | (() => string | Promise<string>)
}

interface CertificateFile extends CertificateKey {
  /** A PEM file, read for each token request, so that a replaced file is picked up. */
  readonly path: string
}

interface CertificateKey {
  /** Of an encrypted private key. */
  readonly passphrase?: string | undefined
  /** Sends the chain along (`x5c`), for subject-name/issuer authentication. Default: `false`. */
  readonly sendChain?: boolean | undefined
}

interface KeyPair {
  readonly certificate: X509Certificate
  readonly privateKey: KeyObject
  /** Base64 DER of every certificate in the text, the leaf first. */
  readonly chain: readonly string[]
}

const assertionLifetime = 600

/**
 * Checks text and file at once, and what a function returns whenever it is read. Throws a TypeError that names what
 * is wrong with the certificate, and shows nothing of it.
 */
export function certificateProof(options: Certificate): Proof {
  const { passphrase, sendChain = false } = options
  const read = reader(options)
  const parse = (pem: string) => keyPair(pem, passphrase)
  if (!('pem' in options && typeof options.pem === 'function')) parse(read() as string) // text and files are read at once
  return {
    comparable: true,
    read,
    form: (pem, client) => assertionForm(signedAssertion(parse(pem), client, sendChain)),
    msal(pem) {
      const { certificate, privateKey, chain } = parse(pem)
      return {
        clientCertificate: {
          thumbprintSha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
          privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, // pem is always text
          ...(sendChain && { x5c: chain.map(toPem).join('\n') }),
        },
      }
    },
    expiresAt: pem => Date.parse(parse(pem).certificate.validTo),
  }
}

function reader(options: Certificate): () => string | Promise<string> {
  if ('path' in options) {
    const { path } = options
    return () => {
      try {
        return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8')
      } catch (error) {
        throw new TypeError(
          `certificate: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`,
        )
      }
    }
  }
  const { pem } = options
  return typeof pem === 'function' ? pem : () => pem
}

function keyPair(pem: string, passphrase: string | undefined): KeyPair {
  const { X509Certificate, createPrivateKey } = process.getBuiltinModule('node:crypto')
  const blocks = [
    ...String(pem).matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g),
  ]
  const chain = blocks.map(([, base64]) => (base64 as string).replace(/\s/g, ''))
  const [leaf] = chain
  if (leaf === undefined) throw new TypeError('certificate: the PEM holds no certificate')
  const key = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----[\s\S]+?-----END \1?PRIVATE KEY-----/.exec(
    String(pem),
  )?.[0]
  if (key === undefined) throw new TypeError('certificate: the PEM holds no private key')

  const certificate = parsed(
    () => new X509Certificate(toPem(leaf)),
    'the certificate cannot be parsed',
  )
  const privateKey = parsed(
    () => createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) }),
    passphrase === undefined
      ? 'the private key cannot be parsed; if it is encrypted, give its passphrase'
      : 'the private key cannot be parsed with this passphrase',
  )
  if (privateKey.asymmetricKeyType !== 'rsa')
    throw new TypeError('certificate: Entra takes RSA keys only')
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TypeError('certificate: the private key belongs to another certificate')
  }
  return { certificate, privateKey, chain }
}

/** A client assertion as Entra wants it: PS256, named by the certificate's SHA-256 thumbprint. */
function signedAssertion(
  pair: KeyPair,
  { clientId, tokenUrl }: ProofClient,
  sendChain: boolean,
): string {
  const { constants, randomUUID, sign } = process.getBuiltinModule('node:crypto')
  const thumbprint = Buffer.from(
    pair.certificate.fingerprint256.replaceAll(':', ''),
    'hex',
  ).toString('base64url')
  const now = Math.floor(Date.now() / 1_000)
  const header = {
    alg: 'PS256',
    typ: 'JWT',
    'x5t#S256': thumbprint,
    ...(sendChain && { x5c: pair.chain }),
  }
  const claims = {
    aud: tokenUrl,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    nbf: now,
    iat: now,
    exp: now + assertionLifetime,
  }
  const signed = `${base64url(header)}.${base64url(claims)}`
  const signature = sign('sha256', Buffer.from(signed), {
    key: pair.privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })
  return `${signed}.${signature.toString('base64url')}`
}

function parsed<T>(parse: () => T, otherwise: string): T {
  try {
    return parse()
  } catch {
    throw new TypeError(`certificate: ${otherwise}`) // OpenSSL's own words help nobody and may quote the input
  }
}

function toPem(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
