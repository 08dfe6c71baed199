/** A text longer than this is shown to nobody: it is no message, and is not worth being searched. */
const longest = 16_384
/** What is shaped like a JWT, whole or cut off: a foreign text does not tell whether it is a secret. */
const jwt = /eyJ(?:[\w-]{40}|[\w-]*\.)[\w.-]*/g

/**
 * `text` with every secret in it replaced by `[redacted]`, and whatever is shaped like a JWT. If a secret is still in there
 * in some other spelling (HTML entities, percent-encoding, JSON escapes, Base64, hexadecimal, with white space inside, or
 * several of these), or a part of one, nothing of the text is left.
 */
export function redact(text: string, secrets: readonly string[]): string {
  if (text.length > longest) return `[redacted: a text of ${text.length} characters]`
  const known = secrets.filter(secret => typeof secret === 'string' && secret !== '')
  const rest = known
    .flatMap(usualSpellings)
    .sort((one, other) => other.length - one.length) // a short one may be a part of a long one
    .reduce((rest, spelling) => rest.replaceAll(spelling, '[redacted]'), text)
    .replace(jwt, '[redacted]')
  return shows(rest, known) ? '[redacted]' : rest
}

function usualSpellings(secret: string): readonly string[] {
  return [
    secret,
    encodeURIComponent(secret.replace(/\p{Cs}/gu, '\ufffd')),
    new URLSearchParams({ s: secret }).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
  ]
}

function shows(text: string, secrets: readonly string[]): boolean {
  const texts = readings(text)
  if (texts.some(one => withoutSpace(one).search(jwt) !== -1)) return true
  return secrets.some(secret =>
    unescapings(secret).some(one => {
      // Letters and digits tell a secret, whatever becomes of its other characters on the way.
      const bare = letters(one).length < 4 ? withoutSpace : letters
      const parts = [bare(one), ...partsOf(letters(one))]
      return bare(one) !== '' && texts.some(other => parts.some(part => bare(other).includes(part)))
    }),
  )
}

/**
 * What tells a secret that was cut off or taken apart. Of a password made by a machine: no words, which a text may have in
 * common with the secret, and nothing of a key or an assertion.
 */
function partsOf(bare: string): readonly string[] {
  if (bare.length < 16 || bare.length > 128) return []
  const parts = Array.from({ length: bare.length - part + 1 }, (_, at) => bare.slice(at, at + part))
  return parts.filter(one => /\d/.test(one) && /[a-z]/.test(one))
}

const part = 12

/** `text` and all that it may be read as: white space may be part of a spelling, or stand in the middle of one. */
function readings(text: string, depth = 4): readonly string[] {
  const texts = [...unescapings(text), ...unescapings(withoutSpace(text), withoutSpace)]
  if (depth === 0) return texts
  const encoded = new Set(texts.flatMap(one => withoutSpace(one).match(/[\w+/-]{8,}/g) ?? []))
  const decoded = [...encoded].flatMap(run => [...base64Readings(run), ...hexReadings(run)])
  return [...texts, ...decoded.flatMap(one => readings(one, depth - 1))]
}

/** A run of hexadecimal digits may begin with one that belongs to the word before it. */
function hexReadings(run: string): readonly string[] {
  const hex = (run.match(/[\da-f]{16,}/gi) ?? []).flatMap(digits => [digits, digits.slice(1)])
  return hex.map(digits => utf8(Uint8Array.from(digits.match(/../g) ?? [], byte)))
}

/** A run of Base64 characters may begin with some that do not belong to it: four beginnings are all there are. */
function base64Readings(run: string): readonly string[] {
  const base64 = run.replaceAll('-', '+').replaceAll('_', '/')
  return [0, 1, 2, 3].map(from => {
    const groups = base64.slice(from)
    const whole = groups.length % 4 === 1 ? groups.slice(0, -1) : groups
    return utf8(Uint8Array.from(atob(whole), character => character.charCodeAt(0)))
  })
}

/** `text`, unescaped once, twice, … */
function unescapings(text: string, cleaned = (one: string) => one): readonly string[] {
  const texts = [text]
  for (let last = text, next = cleaned(unescaped(text)); next !== last && texts.length < 6; ) {
    texts.push(next)
    last = next
    next = cleaned(unescaped(next))
  }
  return texts
}

const escapes =
  /((?:%[\da-f]{2})+)|&#x([\da-f]{1,6});?|&#(\d{1,7});?|&([a-z][a-z\d]{1,30});|\\u\{([\da-f]{1,6})\}|[\\%]u([\da-f]{4})|\\x([\da-f]{2})|\\([\s\S])/gi

/** Entities that matter for what is decoded next; of others it is enough that their letters are gone. */
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  percnt: '%',
  num: '#',
  semi: ';',
  bsol: '\\',
  plus: '+',
  sol: '/',
  lowbar: '_',
  equals: '=',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
}

function unescaped(text: string): string {
  return text.replace(escapes, (_, percents, hex, decimal, entity, braced, u, x, escaped) => {
    if (percents) return utf8(Uint8Array.from(percents.slice(1).split('%'), byte))
    if (decimal) return character(Number(decimal))
    if (entity) return entities[entity.toLowerCase()] ?? ''
    if (escaped) return /[nrtbfv0]/.test(escaped) ? ' ' : escaped
    return character(Number.parseInt(hex ?? braced ?? u ?? x, 16))
  })
}

function byte(hex: string): number {
  return Number.parseInt(hex, 16)
}

function character(point: number): string {
  return point <= 0x10ffff ? String.fromCodePoint(point) : ''
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function letters(text: string): string {
  return text.replace(/[^A-Za-z\d]+/g, '').toLowerCase()
}

function withoutSpace(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, '')
}
