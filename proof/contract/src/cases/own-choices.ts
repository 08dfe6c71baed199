import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { wire } from '../expectations/wire.ts'
import { asQuery, noQuery } from './queries.ts'

export const ownChoiceCases: readonly ContractCase[] = [
  ...['authorization', 'Authorization', 'AUTHORIZATION', 'aUTHORIZATION'].map(
    (name): ContractCase => ({
      title: `leaves the caller's own ${name} header alone, refused or not`,
      async run({ authority, portal, ours, bare }) {
        const request = {
          method: 'POST',
          url: `${portal.origin}/api/offers?api-version=1`,
          headers: { [name]: 'Basic b3du' },
          json: { a: 1 },
        }
        const answer = await ours().send(request)
        const alone = await bare().send(request)
        expect(answer).toMatchObject({ status: 401, text: alone.text })
        const [first, second, ...more] = portal.received
        expect(more).toEqual([])
        expect(portal.authorizations()).toEqual(['Basic b3du', 'Basic b3du'])
        expect(first?.rawHeaders).toEqual(second?.rawHeaders)
        expect(authority.received).toEqual([])
      },
    }),
  ),
  ...[
    'api-version=2016-08-01-preview',
    'API-Version=2016-08-01-preview',
    'a=1&aPI-vERSION=&b=2',
    'api-version',
    'api%2Dversion=x',
    'a=1&%41pi%2dversion=x#fragment',
    'api-version=1&Api-Version=2',
  ].map(
    (query): ContractCase => ({
      title: `leaves the caller's own version alone in the URL (${query})`,
      async run({ portal, ours, bare }) {
        const request = { url: `${portal.origin}/api/offers?${query}` }
        await bare().send(request)
        expect((await ours().send(request)).status).toBe(200)
        const [alone, first, ...more] = portal.received
        expect(more).toEqual([])
        expect(wire(first)).toEqual(wire(alone))
      },
    }),
  ),
  {
    title: "leaves the caller's own version alone in the client's own query",
    lacking: noQuery,
    async run({ portal, traits, ours, bare }) {
      for (const kind of traits.queries) {
        for (const name of ['api-version', 'API-Version']) {
          const query = () =>
            asQuery(kind, [
              ['a', '1'],
              [name, '2016-08-01-preview'],
            ])
          const url = `${portal.origin}/api/offers`
          const at = portal.received.length
          await bare().send({ url, query: query() })
          expect((await ours().send({ url, query: query() })).status).toBe(200)
          const [alone, first, ...more] = portal.received.slice(at)
          expect(more).toEqual([])
          expect(first?.url.toLowerCase()).toContain('api-version=2016')
          expect(wire(first)).toEqual(wire(alone))
        }
      }
    },
  },
]
