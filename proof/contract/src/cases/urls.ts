import fc from 'fast-check'
import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { versioned, wire } from '../expectations/wire.ts'
import type { Stage } from '../stage/stage.ts'
import type { ClientOptions, Sending, Traits } from '../subject.ts'
import { asQuery, noQuery } from './queries.ts'

const tails = [
  '/api/offers',
  '/api/offers/',
  '/api/offers?a=1',
  '/api/offers?a=1&a=2&a=1',
  '/api/offers?a=b+c&d=e%20f',
  '/api/offers?$filter=name%20eq%20%27x%27&$top=1',
  '/api/offers?ü=ß&漢=字',
  '/api/offers/Ünïcode%20path;v=1',
  '/api/offers?a=%C3%BC&b=%zz&c=%',
  '/api/offers?flag&empty=&=nameless',
  '/api/offers?',
  '/api/offers?&',
  '/api/offers?a=1&',
  '/api/offers?a,b:c~(d)!*',
  '/api/offers?next=http://127.0.0.1/?api-version=1',
  '/api/offers?x-api-version=1&api-versions=2',
  '/api/offers#fragment',
  '/api/offers?a=1#fragment?api-version=1',
  '/api/offers?#fragment',
  '/api/offers?a=1 ',
  '/api/offers/../publishers/./x//y',
  '',
  '?a=1',
]

export const urlCases: readonly ContractCase[] = [
  ...tails.map(
    (tail): ContractCase => ({
      title: `adds the version and changes no other byte of "${tail}"`,
      run: stage => expectOnlyVersionAdded(stage, { url: stage.portal.origin + tail }),
    }),
  ),
  {
    title: 'picks the version that the API has for the path',
    async run({ portal, ours }) {
      expect((await ours().send({ url: `${portal.origin}/api/offerTypes?a=1` })).status).toBe(200)
      expect(portal.received[0]?.url).toBe('/api/offerTypes?a=1&api-version=2016-08-01-preview')
    },
  },
  {
    title: "adds the version to the client's own query and changes nothing else of it",
    lacking: noQuery,
    async run(stage) {
      const pairs: [string, string][] = [
        ['a', 'b c'],
        ['$d', 'ü&='],
        ['e', ''],
      ]
      const twice: [string, string][] = [...pairs, ['a', '2']]
      for (const kind of stage.traits.queries) {
        for (const tail of ['', '?own=%20+']) {
          const url = `${stage.portal.origin}/api/offers${tail}`
          for (const query of kind === 'object' ? [pairs] : [pairs, twice])
            await expectOnlyVersionAdded(stage, { url }, () => asQuery(kind, query))
        }
      }
    },
  },
  {
    title: "adds the version to a URL that is relative to the client's base, once for each request",
    lacking: noBaseUrl,
    async run(stage) {
      const options = { baseUrl: `${stage.portal.origin}/base/` }
      for (const url of ['offers', 'offers?a=1', 'offers?own=%20+'])
        await expectOnlyVersionAdded(stage, { url }, undefined, options)
      expect(stage.portal.received[0]?.url).toBe('/base/offers')
    },
  },
  {
    title: 'sends a request to another origin with no token though the base is covered',
    lacking: noBaseUrl,
    async run({ portal, foreign, authority, ours }) {
      const client = ours({ baseUrl: `${portal.origin}/base/` })
      await client.send({ url: `${foreign.origin}/elsewhere` })
      expect(foreign.received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
        ['/elsewhere', undefined],
      ])
      expect(authority.received).toEqual([])
    },
  },
  {
    title: 'adds the version and changes no other byte of any URL',
    async run(stage) {
      const piece = fc.oneof(
        fc.constantFrom(
          '&',
          '=',
          '+',
          '%20',
          '%',
          '%2',
          '/',
          '?',
          ';',
          'ü',
          '字',
          "'",
          '"',
          '~',
          '|',
        ),
        fc.constantFrom('api', '-', 'version', 'API-VERSION', 'a', ' '),
        fc.string({ minLength: 1, maxLength: 3 }).filter(text => !text.includes('#')),
      )
      const pieces = fc.array(piece, { maxLength: 12 }).map(parts => parts.join(''))
      // By the URL standard a backslash, a tab or a newline in a URL makes it another URL. Clients differ in when they apply that.
      const tail = fc
        .tuple(
          pieces.map(path => path.replaceAll('?', '')),
          fc.option(pieces),
        )
        .map(([path, query]) => `/p/${path}${query === null ? '' : `?${query}`}`)
        .filter(
          text =>
            !/[\\\t\r\n]/.test(text) && !hasVersion(new URL(text, stage.portal.origin).search),
        )
      const [bare, ours] = [stage.bare(), stage.ours()]
      await fc.assert(
        fc.asyncProperty(tail, async text => {
          const url = stage.portal.origin + text
          const alone = await sentUrl(stage, () => bare.send({ url }))
          const first = await sentUrl(stage, () => ours.send({ url }))
          expect(first).toBe(alone === undefined ? undefined : versioned(alone))
          if (first === undefined) return
          const again = await sentUrl(stage, () => ours.send({ url: stage.portal.origin + first }))
          expect(again).toBe(first)
        }),
        { numRuns: 150 },
      )
    },
  },
]

function noBaseUrl({ traits }: { traits: Traits }): string | false {
  return !traits.baseUrl && 'the client has no base URL'
}

async function expectOnlyVersionAdded(
  { portal, bare, ours }: Stage,
  request: Sending,
  query: () => unknown = () => undefined,
  options: ClientOptions = {},
): Promise<void> {
  const at = portal.received.length
  await bare(options).send({ ...request, query: query() })
  expect((await ours(options).send({ ...request, query: query() })).status).toBe(200)
  const [alone, first, ...more] = portal.received.slice(at)
  expect(more).toEqual([])
  expect(alone).toBeDefined()
  expect(wire(first)).toEqual({ ...wire(alone), url: versioned(alone?.url ?? '') })
}

/** The URL that reached the server; `undefined` where the client refuses to send it. */
async function sentUrl({ portal }: Stage, send: () => Promise<unknown>) {
  const at = portal.received.length
  await send().catch(() => {})
  return portal.received[at]?.url
}

function hasVersion(text: string): boolean {
  return /(^|[?&])api(-|%2d)version(=|&|$)/i.test(text)
}
