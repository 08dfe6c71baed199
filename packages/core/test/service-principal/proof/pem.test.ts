import { createPrivateKey, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { describe, expect, it } from 'vitest'
import { clientCertificate } from '../../../src/index.ts'
import { pemBlocks } from '../../../src/service-principal/proof/pem.ts'
import { typeErrorOf } from '../../fixtures/acquire.ts'
import { makeCertificate } from '../../fixtures/certificate.ts'

const passphrase = 'correct horse battery staple'
const own = makeCertificate()
const principal = {
  tenantId: '11111111-2222-3333-4444-555555555555',
  clientId: '66666666-7777-8888-9999-000000000000',
}

const losses: readonly (readonly [string, (pem: string) => string])[] = [
  ['as they should be', pem => pem],
  ['\\n as two characters', pem => pem.replaceAll('\n', '\\n')],
  ['\\n escaped twice', pem => pem.replaceAll('\n', '\\\\n')],
  ['\\r\\n as four characters', pem => pem.replaceAll('\n', '\\r\\n')],
  ['spaces', pem => pem.replaceAll('\n', ' ')],
  ['nothing', pem => pem.replaceAll('\n', '')],
  ['indented lines', pem => pem.replace(/^/gm, '    ')],
  ['CRLF', pem => pem.replaceAll('\n', '\r\n')],
  ['CR', pem => pem.replaceAll('\n', '\r')],
  ['empty lines between', pem => pem.replaceAll('\n', '\n\n')],
  ['lines of 20', pem => pem.replace(/^[\w+/=]{21,}$/gm, line => line.replace(/.{20}/g, '$&\n'))],
]

describe('a PEM whose line breaks became', () => {
  it.each(losses)('%s is read as it was', (_, lose) => {
    const keys: readonly (readonly [string, string | undefined])[] = [
      [own.key(), undefined],
      [own.key({ type: 'pkcs1' }), undefined],
      [own.key({ passphrase }), passphrase],
      [own.key({ type: 'pkcs1', passphrase }), passphrase],
    ]
    for (const [key, passphrase] of keys) {
      for (const pem of [own.certificate + key, key + own.certificate]) {
        clientCertificate({ ...principal, certificate: { pem: lose(pem), passphrase } })
        clientCertificate({ ...principal, certificate: { pem: `"${lose(pem)}"`, passphrase } })
        const blocks = pemBlocks(lose(pem))
        expect(blocks).toHaveLength(2)
        for (const { label, text } of blocks) {
          const read = text.replace(/\r/g, '')
          if (label === 'CERTIFICATE')
            expect(new X509Certificate(read).fingerprint256).toBe(
              new X509Certificate(own.certificate).fingerprint256,
            )
          else
            expect(
              createPrivateKey({ key: read, ...(passphrase && { passphrase }) }).equals(
                own.privateKey,
              ),
            ).toBe(true)
        }
      }
    }
  })
})

describe('what is no PEM with a certificate and its key', () => {
  const base64 = own.key().split('\n').slice(1, -2).join('\n')
  const pfx = forge.asn1
    .toDer(
      forge.pkcs12.toPkcs12Asn1(
        forge.pki.privateKeyFromPem(own.key({ type: 'pkcs1' })),
        forge.pki.certificateFromPem(own.certificate),
        'x',
      ),
    )
    .getBytes()
  const read = (bytes: string | Buffer) => Buffer.from(bytes as string, 'latin1').toString('utf8')
  const der = new X509Certificate(own.certificate).raw

  it.each<[string, string, RegExp]>([
    ['a PFX file', read(pfx), /begins like a PFX file: make a PEM of it \(openssl pkcs12 /],
    [
      'a PFX file in Base64',
      Buffer.from(pfx, 'latin1').toString('base64'),
      /begins like a PFX file in Base64/,
    ],
    ['a DER file', der.toString('utf8'), /begins like a DER file: .*openssl x509/],
    ['a DER file in Base64', der.toString('base64'), /Base64 without the lines -----BEGIN/],
    ['a key without its frame', base64, /Base64 without the lines -----BEGIN/],
    ['a PEM in Base64', Buffer.from(own.key()).toString('base64'), /PEM in Base64: decode it/],
    [
      'UTF-16',
      Buffer.from(own.key(), 'utf16le').toString('utf8'),
      /save the file as UTF-8, not UTF-16/,
    ],
    ['one that was cut off', own.key().slice(0, 500), /BEGIN without its END: it was cut off/],
    ['one with other hyphens', own.key().replaceAll('-----', '—'), /without five hyphens/],
    ['a public key', publicKey(), /holds only PUBLIC KEY/],
    ['a certificate alone', own.certificate, /no private key: it holds only CERTIFICATE/],
    ['a key alone', own.key(), /no certificate: it holds only PRIVATE KEY/],
    ['a path', '/etc/portal/portal.pem', /is the path of a file: give it as \{ path \}/],
    ['a reference', '$(PORTAL_PEM)', /is a reference/],
    ['nothing', '', /is empty/],
    ['anything', 'certificate', /holds no -----BEGIN/],
  ])('is seen to be %s, and not shown', (_, pem, expected) => {
    const message = typeErrorOf(() => clientCertificate({ ...principal, certificate: { pem } }))
    expect(message).toMatch(expected)
    expect(message).not.toMatch(/[A-Za-z0-9+/]{40}/)
  })

  it('may be a passphrase with something around it', () => {
    const certificate = {
      pem: own.certificate + own.key({ passphrase }),
      passphrase: `"${passphrase}"`,
    }
    expect(typeErrorOf(() => clientCertificate({ ...principal, certificate }))).toMatch(
      /cannot be parsed with this passphrase, which stands in quotes/,
    )
  })

  it('is an option that certificate does not have', () => {
    const certificate = { pem: own.certificate + own.key(), password: 'x' }
    expect(typeErrorOf(() => clientCertificate({ ...principal, certificate }))).toContain(
      'certificate has no option "password"',
    )
  })

  function publicKey(): string {
    const key = forge.pki.certificateFromPem(own.certificate).publicKey
    return forge.pki.publicKeyToPem(key)
  }
})
