import { describe, expect, it } from 'vitest'
import { redact } from '../src/redact.ts'
import { base64, form, partsOf, spellings } from './fixtures/spellings.ts'

// One with everything that is written otherwise somewhere, one as Entra makes them, and one that looks like escapes itself.
const secrets = ['Hu~sh "7c" +/=&%ä<>\\', 'Abc8Q~0-_x.canary.Zz19', 'a%41b&amp;c.d&#65;e']

describe.each(secrets)('redacting %j', secret => {
  describe.each(spellings)('written %s', (_, spell) => {
    it.each<[string, (text: string) => string]>([
      ['once', text => text],
      // What is in upper case cannot be decoded any more, by nobody.
      ...spellings
        .filter(([name]) => name !== 'in upper case')
        .map(([name, again]): [string, (text: string) => string] => [`and then ${name}`, again]),
    ])('%s, leaves nothing of it', (_, again) => {
      const written = again(spell(secret))
      const shown = redact(`You sent <b>"client_secret=${written}"</b> & more`, [secret])
      expect(shown).toContain('[redacted]')
      for (const part of partsOf(written)) expect(shown).not.toContain(part)
    })
  })
})

describe('redacting', () => {
  it('takes out each of several secrets, wherever and however often they are', () => {
    expect(redact('a one b two c one', ['one', 'two'])).toBe(
      'a [redacted] b [redacted] c [redacted]',
    )
  })

  it.each([
    ['cut off', 'You sent abC8Q~0-x_canary…'],
    ['without its beginning', 'You sent …canary_Zz19-77'],
    ['taken apart', '{"got":"abC8Q~0-x_canar","and":"y_Zz19-77"}'],
    ['in hexadecimal', `You sent ${Buffer.from('abC8Q~0-x_canary_Zz19-77').toString('hex')}.`],
    ['in hexadecimal behind a word', `code ${Buffer.from('abC8Q~0-x_canary').toString('hex')}`],
    ['in hexadecimal and cut off', Buffer.from('abC8Q~0-x_canary').toString('hex').toUpperCase()],
  ])('takes out what tells a secret: %s', (_, text) => {
    expect(redact(text, ['abC8Q~0-x_canary_Zz19-77'])).toBe('[redacted]')
  })

  it('leaves words that a text has in common with a secret alone', () => {
    const text = 'Invalid client secret provided'
    expect(redact(text, ['the-client-secret-of-2026'])).toBe(text)
  })

  it.each(spellings)('takes out a secret without letters, written %s', (_, spell) => {
    expect(redact(`You sent ${spell('+/=&%;')}`, ['+/=&%;'])).toContain('[redacted]')
  })

  it.each(secrets)('leaves the text around a secret that is written as usual: %j', secret => {
    for (const written of [
      secret,
      encodeURIComponent(secret),
      form(secret),
      JSON.stringify(secret),
    ])
      expect(redact(`You sent ${written}, which is wrong.`, [secret])).toMatch(
        /^You sent "?\[redacted\]"?, which is wrong\.$/,
      )
  })

  it.each([
    "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '66666666-7777-8888-9999-000000000000'.",
    'TypeError: fetch failed (ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:443)',
    '100 % of &amp; "C:\\new\\table" &nbsp; — Zugriff verweigert',
    '',
  ])('leaves a text without secrets alone: %j', text => {
    expect(redact(text, ['', ...secrets])).toBe(text)
    expect(redact(text, [])).toBe(text)
  })

  it('is not fooled by one secret inside another', () => {
    expect(redact('the longsecret', ['long', 'longsecret'])).not.toContain('secret')
  })

  const jwt = `${part({ alg: 'RS256' })}.${part({ sub: 'me' })}.c2lnbmF0dXJl`
  it('takes out whatever is shaped like a JWT, whole or cut off', () => {
    expect(redact(`Bearer ${jwt}, again ${jwt}.`, [])).toBe('Bearer [redacted], again [redacted]')
    expect(redact(`at ${jwt.slice(0, 30)}…`, [])).toBe('at [redacted]…')
    expect(redact('encrypted: eyJhbGciOiJkaXIifQ..aXY.Y2lwaGVy.dGFn!', [])).toBe(
      'encrypted: [redacted]!',
    )
  })

  it.each(spellings.filter(([name]) => name !== 'in upper case'))(
    'takes out a JWT that is written %s',
    (_, spell) => {
      expect(redact(`token=${spell(jwt)}`, [])).toContain('[redacted]')
      expect(redact(`token=${spell(jwt)}`, [])).not.toContain(spell(jwt).slice(0, 20))
    },
  )

  it('shows nothing of a text that is too long to be searched', () => {
    expect(redact(`${'x'.repeat(20_000)}`, [])).toBe('[redacted: a text of 20000 characters]')
  })

  it('ends soon, whatever it is given', () => {
    const dense = base64(base64(base64('A'.repeat(5_000))))
    for (const text of [dense, '%'.repeat(16_000), '&#'.repeat(8_000), '\\u'.repeat(8_000)])
      expect(typeof redact(text.slice(0, 16_000), secrets)).toBe('string')
    expect(redact('a lone \ud800', ['\ud800'])).toBe('a lone [redacted]')
  })

  function part(value: object): string {
    return Buffer.from(JSON.stringify(value)).toString('base64url')
  }
})
