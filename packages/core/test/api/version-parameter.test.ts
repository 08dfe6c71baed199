import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withVersion } from '../../src/api/version-parameter.ts'

const version = { parameter: 'api-version', value: '2017-10-31' }
const added = 'api-version=2017-10-31'
const host = 'https://cloudpartner.azure.com'

describe('the version parameter', () => {
  it.each([
    ['no query', '/api/offers', '/api/offers?V'],
    ['no path', '', '?V'],
    ['an empty query', '/a?', '/a?V'],
    ['a query', '/a?x=1', '/a?x=1&V'],
    ['a query that ends in &', '/a?x=1&', '/a?x=1&V'],
    ['a query of nothing but &', '/a?&', '/a?&V'],
    ['a fragment, which is never sent', '/a#top', '/a?V#top'],
    ['a query and a fragment', '/a?x=1#top', '/a?x=1&V#top'],
    ['an empty query and a fragment', '/a?#top', '/a?V#top'],
    ['an empty fragment', '/a#', '/a?V#'],
    ['a ? in the fragment', '/a#b?c', '/a?V#b?c'],
    ['spaces at its end, which are not sent', '/a \t\n ', '/a?V \t\n '],
    ['a query and a space at its end', '/a?x=1 ', '/a?x=1&V '],
    ['a space that is sent, in front of a fragment', '/a #top', '/a ?V#top'],
    ['the parameter in the fragment only', `/a#?${added}`, `/a?V#?${added}`],
    ['the name as another one’s value', '/a?x=api-version', '/a?x=api-version&V'],
    ['a longer name', '/a?my-api-version=1', '/a?my-api-version=1&V'],
    ['the name behind a ;', '/a?x;api-version=1', '/a?x;api-version=1&V'],
    ['a stray %', '/a?100%=1', '/a?100%=1&V'],
    ['the name in a path', '/api-version=1', '/api-version=1?V'],
  ])('is added to a URL with %s', (_, before, after) => {
    expect(withVersion(host + before, version)).toBe(host + after.replace('V', added))
  })

  it.each([
    '/a?api-version=2016-08-01-preview',
    '/a?API-Version=1',
    '/a?x=1&Api-Version=1&y=2',
    '/a?api-version=',
    '/a?api-version',
    '/a?api%2Dversion=1',
    '/a?%61pi-version=1#top',
    '/a?100%=1&api-version=1',
    '/a?api-\tver\nsion=1',
  ])('is left as the caller gave it: %s', url => {
    expect(withVersion(host + url, version)).toBe(host + url)
  })

  it.each([
    '/a?$filter=offerTypeId%20eq%20%27x%27',
    '/a?q=a+b&flag&flag&empty=&c=%C3%A9&d=é&e=%e9&f=[1]&g=a:b/c,d',
    '/a//b/../c/./%2e%2E/?x',
  ])('changes no byte of the rest: %s', url => {
    expect(withVersion(host + url, version)).toBe(`${host}${url}&${added}`)
  })

  it('is found by a name with a space too, however that is written', () => {
    const spaced = { parameter: 'api version', value: '1' }
    for (const url of [`${host}/a?api+version=2`, `${host}/a?API%20version=2`])
      expect(withVersion(url, spaced)).toBe(url)
  })

  it.each([
    ['nothing', ''],
    ['no text', undefined as unknown as string],
  ])('is refused where its function returns %s', (_, value) => {
    expect(() => withVersion(`${host}/a`, { ...version, value: () => value })).toThrow(
      /^what version\.value\(\) returns must be a text/,
    )
  })

  it('takes its value from a function of the URL', () => {
    const value = (url: URL) => (url.pathname === '/old' ? '1' : '2')
    expect(withVersion(`${host}/old`, { ...version, value })).toBe(`${host}/old?api-version=1`)
    expect(withVersion(`${host}/new`, { ...version, value })).toBe(`${host}/new?api-version=2`)
  })

  it('does not ask for a value where the caller gave one', () => {
    const value = () => expect.unreachable()
    withVersion(`${host}/a?api-version=1`, { ...version, value })
  })

  it('is encoded, so that neither name nor value can add a parameter of its own', () => {
    const odd = { parameter: '$version', value: '2022-07-01&x=1#' }
    const url = withVersion(`${host}/a`, odd)
    expect([...new URL(url).searchParams]).toEqual([['$version', '2022-07-01&x=1#']])
    expect(withVersion(url, odd)).toBe(url)
  })

  it.each([undefined, '', 7])(
    'is a TypeError, not a word in the URL, when its function returns %s',
    value => {
      const wrong = { parameter: 'api-version', value: () => value as string }
      expect(() => withVersion(`${host}/a`, wrong)).toThrow(TypeError)
    },
  )
})

describe('the version parameter, for any URL', () => {
  // Made of the bytes that queries go wrong with, the name in disguises, and anything else.
  const piece = fc.oneof(
    fc.constantFrom('?', '&', '=', '#', '%', '+', ' ', '/', ';', '%20', '%2D', 'flag', 'é'),
    fc.constantFrom('api-version', 'API-VERSION', 'api%2Dversion', 'api-version=', 'xapi-version'),
    fc.string({ unit: 'grapheme' }),
  )
  const url = fc
    .array(piece, { maxLength: 12 })
    .map(pieces => `${host}/a${pieces.join('')}`)
    .filter(text => URL.canParse(text))
  const runs = { numRuns: 1_000 }

  it('can be taken out again, which gives the original back', () => {
    fc.assert(
      fc.property(url, original => {
        const changed = withVersion(original, version)
        if (changed === original) return
        const at = changed.indexOf(added, firstDifference(original, changed) - added.length)
        const separator = /[?&]/.test(changed[at - 1] ?? '') ? 1 : 0
        const without = [0, separator].map(
          cut => changed.slice(0, at - cut) + changed.slice(at + added.length),
        )
        expect(without).toContain(original)
      }),
      runs,
    )
  })

  it('is added once: adding it again changes nothing', () => {
    fc.assert(
      fc.property(url, original => {
        const once = withVersion(original, version)
        expect(withVersion(once, version)).toBe(once)
      }),
      runs,
    )
  })

  it('reaches the server exactly once, and everything else as it was', () => {
    fc.assert(
      fc.property(url, original => {
        const sent = new URL(withVersion(original, version))
        const before = new URL(original)
        const had = [...before.searchParams.keys()].some(is)
        expect(sent.pathname).toBe(before.pathname)
        expect(sent.hash).toBe(before.hash)
        expect([...sent.searchParams].filter(([name]) => !is(name))).toEqual(
          [...before.searchParams].filter(([name]) => !is(name)),
        )
        if (had) expect(sent.href).toBe(before.href)
        else expect(sent.searchParams.getAll('api-version')).toEqual(['2017-10-31'])
      }),
      runs,
    )
  })
})

function is(name: string): boolean {
  return name.toLowerCase() === 'api-version'
}

function firstDifference(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return at
}
