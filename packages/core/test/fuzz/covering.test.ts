import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Api, cloudPartnerAuth, presets } from '../../src/index.ts'
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

const shared = 'https://shared.example'
const withPaths: readonly Api[] = [
  ...presets,
  { name: 'whole', origins: [shared], audience: 'whole' },
  { name: 'upper', origins: [shared, 'http://127.0.0.1:4180'], paths: ['/A'], audience: 'upper' },
  { name: 'deeper', origins: [shared], paths: ['/a/B.c', '/a/b~'], audience: 'deeper' },
  { name: 'root', origins: ['http://127.0.0.1:4180'], paths: ['/'], audience: 'root' },
]

/** The rule of paths by the URL standard's parser, with nothing taken from the code that it judges. */
function coveredByPath(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, username, password, origin, pathname } = new URL(url)
  if (!['https:', 'http:'].includes(protocol) || username !== '' || password !== '')
    return undefined
  const once = pathname.replace(/%([\da-f]{2})/gi, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  const dots = ['.', '..', '%2e', '.%2e', '%2e.', '%2e%2e']
  const isPlain =
    !/%2f|%5c/i.test(pathname) && !once.split('/').some(part => dots.includes(part.toLowerCase()))
  const lower = pathname.toLowerCase()
  const found = withPaths
    .filter(one => one.origins.includes(origin))
    .flatMap(({ name, paths }) => paths?.map(path => ({ name, path })) ?? [{ name, path: '' }])
    .filter(({ path }) => {
      if (path === '') return true
      if (!isPlain) return false
      const own = path.toLowerCase()
      return own === '/' ? lower === '/' : lower === own || lower.startsWith(`${own}/`)
    })
  return found.toSorted((one, other) => other.path.length - one.path.length)[0]?.name
}

const begin = fc.constantFrom(
  ...withPaths.flatMap(({ origins, paths = [] }) =>
    origins.flatMap(origin => ['', ...paths].map(path => origin + path)),
  ),
)
const pathPiece = fc.oneof(
  fc.constantFrom(...withPaths.flatMap(({ paths = [] }) => paths.map(path => path.toUpperCase()))),
  fc.constantFrom('/', '//', '\\', '/.', '/..', '/%2e', '/%2E%2e/', '/%252e%252E', '/.%252e/'),
  fc.constantFrom('%2f', '%2F', '%5c', '%5C', '%252f', '%00', '%', 'X', '/x', '.', ';', '\t', '\n'),
  fc.constantFrom('?', '#', '?/../', '@', ':', 'ı', 'K', '%e2%84%aa', '/v1.0/users', '/API'),
  fc.string({ maxLength: 3, unit: 'binary' }),
)

describe('which of several Apis a URL belongs to', () => {
  it('is what the path of the parsed URL says, whatever the text of the URL', () => {
    const auth = cloudPartnerAuth({ credential: countedCredential(), apis: withPaths })
    const seen = new Map<string | undefined, number>()
    const texts = fc
      .tuple(begin, fc.array(pathPiece, { maxLength: 5 }))
      .map(([first, rest]) => first + rest.join(''))
    fc.assert(
      fc.property(texts, url => {
        const expected = coveredByPath(url)
        seen.set(expected, (seen.get(expected) ?? 0) + 1)
        expect(auth.covering(url)?.api.name).toBe(expected)
      }),
      { numRuns: 20_000 },
    )
    for (const name of [undefined, ...withPaths.map(api => api.name)])
      expect(seen.get(name), `how often ${name} was met`).toBeGreaterThan(50)
  })

  it.each([
    ['/rp/product-ingestion', true],
    ['/RP/Product-Ingestion/product', true],
    ['/rp/product-ingestion?x', true],
    ['/x/../rp/product-ingestion', true],
    ['/rp/product-ingestionX', false],
    ['/v1.0/users', false],
    ['/rp/product-ingestion/../users', false],
    ['/rp/product-ingestion/..%2fusers', false],
    ['/rp/product-ingestion/..%5Cusers', false],
    ['/rp/product-ingestion/%252e%252e/users', false],
    ['/rp/product-ingestion/%2e%2e/users', false],
    ['//rp/product-ingestion', false],
    ['/', false],
  ])('is Product Ingestion at graph.microsoft.com%s: %s', (path, covered) => {
    const auth = cloudPartnerAuth({ credential: countedCredential() })
    const name = covered ? 'Product Ingestion' : undefined
    expect(auth.covering(`https://graph.microsoft.com${path}`)?.api.name).toBe(name)
  })

  it.each([
    [{ paths: ['/a'] }, { paths: ['/b', '/A'] }],
    [{ paths: ['/a', '/a'] }, {}],
    [{}, {}],
    [{ paths: ['/'] }, { paths: ['/'] }],
  ])('cannot be two at once: %j and %j', (one, other) => {
    const api = { origins: [shared], audience: 'x' }
    const apis = [
      { ...api, name: 'one', ...one },
      { ...api, name: 'other', ...other },
    ]
    const make = () => cloudPartnerAuth({ credential: countedCredential(), apis })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(/one.* and .*cannot be told apart.*https:\/\/shared\.example/)
  })

  it('is the same at the root of the portal, and nothing else of that origin', () => {
    const auth = cloudPartnerAuth({ credential: countedCredential() })
    const { source } = auth.covering('https://cloudpartner.azure.com/api/offerTypes') ?? {}
    expect(source).toBeDefined()
    for (const url of ['https://cloudpartner.azure.com', 'https://cloudpartner.azure.com/'])
      expect(auth.covering(url)?.source).toBe(source)
    for (const path of ['/index.html', '//', '/apiX', '/#/x/../y', '/?x'])
      expect(auth.covering(`https://cloudpartner.azure.com${path}`)?.source).toBe(
        /^\/[#?]/.test(path) ? source : undefined,
      )
  })
})
