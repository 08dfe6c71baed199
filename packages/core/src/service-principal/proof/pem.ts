import { seen } from '../../seen.ts'

/** One block of a PEM text (RFC 7468), as it should be written. */
export interface PemBlock {
  /** Such as `CERTIFICATE` or `RSA PRIVATE KEY`. */
  readonly label: string
  readonly text: string
}

/**
 * The blocks of a PEM text. Line breaks that were lost on the way (`\n` as two characters, spaces or nothing in their
 * place, indented lines) are put back: nothing else can have been meant.
 */
export function pemBlocks(text: string): readonly PemBlock[] {
  const broken = text.replace(/\\+[rn]/g, '\n')
  const blocks = broken.matchAll(
    /-----BEGIN ([A-Z0-9 ]+)-----([^-]*(?:-(?!----)[^-]*)*)-----END \1-----/g,
  )
  return [...blocks].map(([, label = '', content = '']) => ({ label, text: block(label, content) }))
}

/** Of an encrypted key in the old form (RFC 1421), what stands before its Base64. */
const headers =
  /^\s*Proc-Type:\s*(4,ENCRYPTED)\s*DEK-Info:\s*(AES-[\w-]+,[0-9A-F]{32}|[\w-]+,[0-9A-F]{16})/

function block(label: string, content: string): string {
  const [before = '', type, key] = headers.exec(content) ?? []
  const head = before && `Proc-Type: ${type}\nDEK-Info: ${key}\n\n`
  const base64 = content.slice(before.length).replace(/\s+/g, '')
  const lines = base64.match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${head}${lines.join('\n')}\n-----END ${label}-----\n`
}

/** What a text is that lacks a block, for a message; it shows nothing of the text. */
export function seenInPlaceOfPem(text: string): string {
  const labels = [...new Set(pemBlocks(text).map(({ label }) => label))]
  if (labels.length > 0)
    return `holds only ${labels.join(' and ')}: certificate and key belong into one text`
  if (/-----BEGIN [A-Z0-9 ]+-----/.test(text)) return 'has a BEGIN without its END: it was cut off'
  if (/BEGIN ?[A-Z ]*(CERTIFICATE|KEY)/.test(text))
    return 'has a BEGIN without five hyphens on both sides of it'
  const kind = others.find(([begins]) => begins(text.trim()))?.[1]
  return kind ?? seen(text) ?? 'holds no -----BEGIN'
}

const toPem = 'openssl pkcs12 -in portal.pfx -nodes -out portal.pem'
const others: readonly (readonly [begins: (text: string) => boolean, told: string])[] = [
  [
    // ASN.1: a sequence that begins with a version, 3 (RFC 7292). What is no UTF-8 was replaced when the file was read.
    text => text.startsWith('0') && text.slice(1, 9).includes('\u0002\u0001\u0003'),
    `begins like a PFX file: make a PEM of it (${toPem})`,
  ],
  [
    text => /^MII[\w+/]{2}[AQgw]IBAz/.test(text),
    `begins like a PFX file in Base64: make a PEM of it (base64 -d, then ${toPem})`,
  ],
  [
    text => /^0[\x80-\x84\ufffd]/.test(text),
    'begins like a DER file: make a PEM of it (openssl x509 -inform der, openssl pkey -inform der)',
  ],
  [
    text => /^MII[\w+/\s=]+$/.test(text),
    'is Base64 without the lines -----BEGIN and -----END around it',
  ],
  [text => text.startsWith('LS0tLS1CRUdJTi'), 'is a PEM in Base64: decode it once more'],
  [
    text => /^(\/|\.{1,2}\/|~\/|[A-Za-z]:\\)\S+$/.test(text),
    'is the path of a file: give it as { path }',
  ],
]
