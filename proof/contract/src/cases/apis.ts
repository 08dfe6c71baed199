import { type Api, presets } from '@cloud-partner-auth/core'
import type { ApiRequest, Emulator, ServiceOrigins } from '@cloud-partner-auth/emulator'
import { expect, vi } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import type { Stage } from '../stage/stage.ts'
import type { Client } from '../subject.ts'

interface Service {
  /** The name that its preset and its origin have. */
  readonly of: Exclude<keyof ServiceOrigins, 'authority'>
  readonly audience: string
  /** Requests that it answers with 200, each with the version that is expected in the URL. */
  calls(emulator: Emulator): Readonly<Record<string, string>>
}

const services: readonly Service[] = [
  {
    of: 'cloudPartnerPortal',
    audience: 'https://cloudpartner.azure.com',
    calls: () => ({
      '/api/offerTypes': 'api-version=2016-08-01-preview',
      '/api/publishers': 'api-version=2017-10-31',
    }),
  },
  {
    of: 'productIngestion',
    audience: 'https://graph.microsoft.com',
    calls: emulator => ({
      '/rp/product-ingestion/product': '$version=2022-07-01',
      [`/rp/product-ingestion/resource-tree/${emulator.state().products[0]?.id}`]:
        '$version=2022-03-01-preview5',
    }),
  },
  {
    of: 'partnerCenterSubmission',
    audience: 'https://api.partner.microsoft.com',
    calls: () => ({ '/v1.0/ingestion/products': '' }),
  },
  {
    of: 'marketplace',
    audience: '20e940b3-4c77-4b0b-9a53-9e16a1b010a7',
    calls: () => ({
      '/api/saas/subscriptions': 'api-version=2018-08-31',
      '/api/usageEvents?usageStartDate=2026-01-01': 'api-version=2018-08-31',
    }),
  },
  {
    of: 'partnerCenterAnalytics',
    audience: 'https://api.partnercenter.microsoft.com',
    calls: () => ({ '/insights/v1/cmp/ScheduledReport': '' }),
  },
]

/** Whether the services share the emulator's one origin, or have one each, as in production. */
const places = ['one origin', 'an origin each'] as const
type Place = (typeof places)[number]

const atOnce = 100

export const apiCases: readonly ContractCase[] = [
  ...places.map(
    (place): ContractCase => ({
      title: `calls six APIs on one client, each with its token and version, for five token requests (${place})`,
      async run(stage) {
        const { emulator, client } = await begun(stage, place)
        const calls = services.flatMap(service =>
          Object.entries(service.calls(emulator)).map(([path, version]) => ({
            ...service,
            url: emulator.origins[service.of] + path,
            version,
          })),
        )
        for (let round = 0; round < 2; round++) {
          const answers = await Promise.all(calls.map(({ url }) => client.send({ url })))
          expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 200))
        }
        const expected = calls.map(({ url, version, audience }) => {
          const path = url.slice(new URL(url).origin.length)
          const joint = version && (path.includes('?') ? '&' : '?')
          return `${path}${joint}${version} for ${audience}`
        })
        expect(emulator.requests.map(seen).toSorted()).toEqual(
          [...expected, ...expected].toSorted(),
        )
        expect(new Set(emulator.requests.map(({ api }) => api)).size).toBe(6)
        expect(emulator.tokenRequests).toHaveLength(5)
        expectNothingElsewhere(stage)
      },
    }),
  ),
  ...places.map(
    (place): ContractCase => ({
      title: `sends no token to a path that no API has (${place})`,
      async run(stage) {
        const { emulator, client } = await begun(stage, place)
        for (const { of } of services)
          for (const path of ['/v1.0/users', '/rp/product-ingestionX', '/insights/%2e%2e%2fusers'])
            await client.send({ url: emulator.origins[of] + path })
        const all = [...emulator.requests, ...emulator.otherRequests]
        expect(all).toHaveLength(3 * services.length)
        expect(all.filter(({ headers }) => headers['authorization'])).toEqual([])
        expect(emulator.tokenRequests).toEqual([])
        expectNothingElsewhere(stage)
      },
    }),
  ),
  {
    title: "shows an API's token to no other API that it redirects to, where each has an origin",
    async run(stage) {
      const { emulator, client } = await begun(stage, 'an origin each')
      await expectRedirected(emulator, client, (own, seen) => {
        // A client that follows by itself sends none; one that asks for each hop, that of the API it leads to.
        expect([undefined, own]).toContain(seen)
      })
      expect(emulator.tokenRequests.length).toBeLessThanOrEqual(services.length)
      expectNothingElsewhere(stage)
    },
  },
  {
    title: "shows an API's token to no other API of its origin, where the client asks for each hop",
    lacking: ({ traits }) =>
      !traits.resendsTheHop && 'the client follows within an origin by itself, token and all',
    async run(stage) {
      const { emulator, client } = await begun(stage, 'one origin')
      await expectRedirected(emulator, client, (own, seen) => {
        expect(seen).toBe(own)
      })
      emulator.faults.add({ type: 'redirect', to: `${emulator.origin}/v1.0/users`, count: 1 })
      await client.send({ url: `${emulator.origin}/api/publishers` })
      expect(emulator.otherRequests.map(({ path, headers }) => [path, headers])).toEqual([
        ['/v1.0/users', expect.not.objectContaining({ authorization: expect.anything() })],
      ])
    },
  },
  wantOfRights(1_000),
  {
    title:
      'makes 1 more token request for 1,000 requests whose token a 403 refuses, and all succeed',
    async run(stage) {
      const { emulator, client } = await begun(stage, 'one origin')
      const url = `${emulator.origin}/api/saas/subscriptions`
      expect(await statusesOf(client, url, 1)).toEqual({ 200: 1 })
      emulator.revokeTokens()
      expect(await statusesOf(client, url, 1_000)).toEqual({ 200: 1_000 })
      expect(emulator.tokenRequests).toHaveLength(2)
      expect(emulator.requestsTo('saas').some(({ status }) => status === 403)).toBe(true)
    },
  },
  {
    title: 'explains a 403 of the marketplace by its technical configuration and the subscription',
    lacking: ({ traits }) =>
      traits.explained === false && 'its adapter does not see what is delivered',
    async run(stage) {
      const { emulator, auth, client } = await begun(stage, 'one origin')
      const { id } = ofAnotherApp(emulator)
      const request = { url: `${emulator.origin}/api/saas/subscriptions/${id}`, strict: true }
      // The second is not sent again, since the first has shown that a renewed token changes nothing.
      for (const count of [1, 2]) {
        const failed: unknown = await client.send(request).then(
          ({ raw }) => raw,
          thrown => thrown,
        )
        const said = String(auth.explain(failed))
        expect(said, `request ${count}`).toMatch(/technical configuration/)
        expect(said).toMatch(/application \(client\) ID and tenant ID/)
        expect(said).toMatch(/subscription.* of an offer/)
      }
    },
  },
]

/** Sends so many requests that are answered 403 for want of rights. */
export function wantOfRights(count: number): ContractCase {
  return {
    title: `makes 2 token requests for ${count.toLocaleString('en')} requests that want of rights answers with 403`,
    async run(stage) {
      const { emulator, client } = await begun(stage, 'one origin')
      const { id } = ofAnotherApp(emulator)
      const url = `${emulator.origin}/api/saas/subscriptions/${id}`
      expect(await statusesOf(client, url, count)).toEqual({ 403: count })
      expect(emulator.tokenRequests).toHaveLength(2)
      // Nothing else is held up by it.
      const ours = `${emulator.origin}/api/saas/subscriptions`
      expect(await statusesOf(client, ours, 1)).toEqual({ 200: 1 })
      expect(emulator.tokenRequests).toHaveLength(2)
    },
  }
}

/** A subscription of an offer whose technical configuration names another app. */
function ofAnotherApp(emulator: Emulator) {
  emulator.saasOffer({ id: 'of-another-app', app: '99999999-8888-7777-6666-555555555555' })
  return emulator.subscription({ offer: 'of-another-app' })
}

/** An emulator, and a client with the adapter whose auth covers all presets there. */
async function begun(stage: Stage, place: Place) {
  const emulator = await stage.emulator({ ownOrigins: place === 'an origin each' })
  // The variable makes the presets' own origins forbidden, so it is for the one origin only.
  vi.stubEnv('CLOUD_PARTNER_EMULATOR', place === 'one origin' ? emulator.origin : undefined)
  const apis = place === 'one origin' ? presets : presets.map(api => at(emulator, api))
  const auth = stage.makeAuth({ emulator, apis })
  return { emulator, auth, client: stage.ours({ auth }) }
}

function at({ origins }: Emulator, api: Api): Api {
  const service = services.find(({ audience }) => audience === api.audience)
  return { ...api, origins: [service ? origins[service.of] : expect.unreachable(api.name)] }
}

/** Has each service redirect to each other one, and tells what the latter saw. */
async function expectRedirected(
  emulator: Emulator,
  client: Client,
  judge: (ownAudience: string, seenAudience: unknown) => void,
): Promise<void> {
  for (const from of services) {
    for (const to of services) {
      if (to === from) continue
      const [path = ''] = Object.keys(from.calls(emulator))
      const [target, version] = Object.entries(to.calls(emulator))[0] ?? []
      const location = `${emulator.origins[to.of]}${target}${version && `?${version}`}`
      emulator.faults.add({ type: 'redirect', to: location, status: 302, count: 1, path })
      emulator.clearLog()
      await client.send({ url: emulator.origins[from.of] + path })
      const [first, second] = emulator.requests
      expect(first).toMatchObject({ status: 302, token: { claims: { aud: from.audience } } })
      expect(second?.path).toBe(target)
      judge(to.audience, second?.token?.claims['aud'])
    }
  }
}

/** Sends `count` requests, a hundred at a time. Resolves with how many had which status. */
async function statusesOf(client: Client, url: string, count: number) {
  const counts: Record<number, number> = {}
  let left = count
  const worker = async () => {
    while (left-- > 0) {
      const { status } = await client.send({ url })
      counts[status] = (counts[status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker))
  return counts
}

function seen({ url, token }: ApiRequest): string {
  return `${url} for ${token?.claims['aud']}`
}

function expectNothingElsewhere({ authority, portal, secondPortal, foreign }: Stage): void {
  for (const { received } of [authority, portal, secondPortal, foreign])
    expect(received).toEqual([])
}
