import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cloudPartnerAuth } from '../../src/cloud-partner-auth.ts'
import { countedCredential } from '../fixtures/counted-credential.ts'

const origins = [
  'https://cloudpartner.azure.com',
  'https://a',
  'https://b.example:8443',
  'http://127.0.0.1:8080',
  'http://[::1]:9',
  'http://localhost',
]
const apis = origins.map(origin => ({ name: origin, origins: [origin], audience: origin }))
const auth = cloudPartnerAuth({ credential: countedCredential(), apis })

/** The rule in the words of the URL standard, with no way around the parser. */
function coveredBy(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, username, password, origin } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  return username || password ? undefined : origins.find(one => one === origin)
}

const telling = ['/', '\\', '@', ':', '?', '#', '.', '%2f', '%40', '\t', '\n', '\0', ' ', '//', '']
const piece = fc.oneof(
  fc.constantFrom(
    ...telling,
    ...origins,
    'https:',
    'HTTPS://',
    'blob:',
    'evil.example',
    '443',
    '80',
  ),
  fc.string({ maxLength: 4, unit: 'binary' }),
)
const nearlyCovered = fc.tuple(fc.constantFrom(...origins), fc.array(piece, { maxLength: 6 }))

describe('which token source a URL has', () => {
  it('is what the URL standard says, whatever the text of the URL', () => {
    let covered = 0
    const texts = fc.oneof(
      nearlyCovered.map(([origin, rest]) => origin + rest.join('')),
      fc.array(piece, { maxLength: 7 }).map(parts => parts.join('')),
      nearlyCovered.chain(([origin, rest]) =>
        fc
          .tuple(fc.nat(origin.length), piece)
          .map(
            ([at, change]) => origin.slice(0, at) + change + origin.slice(at + 1) + rest.join(''),
          ),
      ),
    )
    fc.assert(
      fc.property(texts, url => {
        const expected = coveredBy(url)
        if (expected) covered++
        expect(auth.covering(url)?.api.name).toBe(expected)
      }),
      { numRuns: 20_000 },
    )
    expect(covered).toBeGreaterThan(1_000)
  })
})
