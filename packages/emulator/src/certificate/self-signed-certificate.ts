import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'

/** A certificate with its private key, both as PEM. */
export interface SelfSignedCertificate {
  readonly certificate: string
  readonly privateKey: string
}

/** What a certificate says. */
export interface CertificateOptions {
  readonly commonName: string
  readonly notBefore: number
  readonly notAfter: number
  /** Host names and addresses; with them it is a server's certificate. */
  readonly hosts?: readonly string[]
}

/** Makes an RSA key and a certificate that it signs itself. */
export async function selfSignedCertificate(
  options: CertificateOptions,
): Promise<SelfSignedCertificate> {
  // Loaded when the first certificate is made, which most emulators never do.
  const { default: forge } = await import('node-forge')
  const keys = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKey)
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(16))}`
  certificate.validity.notBefore = new Date(options.notBefore)
  certificate.validity.notAfter = new Date(options.notAfter)
  const name = [{ name: 'commonName', value: options.commonName }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  if (options.hosts) certificate.setExtensions(serverExtensions(options.hosts))
  certificate.sign(forge.pki.privateKeyFromPem(keys.privateKey), forge.md.sha256.create())
  return { certificate: forge.pki.certificateToPem(certificate), privateKey: keys.privateKey }
}

// It is its own authority, so that a client can be told to trust it and nothing else.
function serverExtensions(hosts: readonly string[]): object[] {
  const altNames = hosts.map(host =>
    /^[\d.]+$|:/.test(host) ? { type: 7, ip: host } : { type: 2, value: host },
  )
  return [
    { name: 'basicConstraints', cA: true },
    { name: 'keyUsage', keyCertSign: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames },
  ]
}
