import dns from 'node:dns'
import { Readable } from 'node:stream'
import tls from 'node:tls'
import { cloudPartnerPortal } from '@cloud-partner-auth/core'
import { expect, vi } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { expectSameError } from '../expectations/same-error.ts'
import { versioned } from '../expectations/wire.ts'
import type { Received } from '../server/loopback.ts'
import { digest, echo, type RecordingServer } from '../stage/recording-server.ts'
import type { Stage } from '../stage/stage.ts'
import { refusal, type StagePortal } from '../stage/stage-portal.ts'
import type { Client, Sending } from '../subject.ts'
import { renewedInTheBackground } from './refusal.ts'

/** A chain of redirects. */
interface Chain {
  readonly to: string
  /** Each server redirects `/moved` to the next one; the last one answers `/landed?x=%20+1`. */
  servers(stage: Stage): readonly RecordingServer[]
  /** What the auth covers. Default: the two portals as they are. */
  origins?(stage: Stage): readonly string[]
  /** Whether the last hop must carry the token, as an Authorization of the caller's own would be there. */
  readonly keepsToken?: boolean
}

const chains: readonly Chain[] = [
  {
    to: 'the same origin',
    servers: ({ portal }) => [portal, portal],
    keepsToken: true,
  },
  { to: 'another port', servers: ({ portal, foreign }) => [portal, foreign] },
  {
    to: 'another host',
    servers: ({ portal }) => [portal, under('localhost', portal)],
  },
  {
    to: 'a host beneath its own',
    servers: ({ portal }) => [under('localhost', portal), under('sub.localhost', portal)],
    origins: ({ portal }) => [under('localhost', portal).origin],
  },
  {
    to: 'a foreign origin and back',
    servers: ({ portal, foreign }) => [portal, foreign, portal],
  },
  {
    to: 'the portal from a foreign origin',
    servers: ({ portal, foreign }) => [foreign, portal],
  },
  {
    to: 'the portal and again there from a foreign origin',
    servers: ({ portal, foreign }) => [foreign, portal, portal],
  },
]

const statuses = [301, 302, 303, 307, 308] as const

export const redirectCases: readonly ContractCase[] = [
  ...chains.flatMap(chain =>
    statuses.map(
      (status): ContractCase => ({
        title: `follows a ${status} to ${chain.to} as the client does, and shows the token to nobody else`,
        run: stage =>
          withNames(async () => {
            await expectFollowed(stage, chain, status, { method: 'GET' })
            await expectFollowed(stage, chain, status, { method: 'POST', json: { some: 'thing' } })
          }),
      }),
    ),
  ),
  ...statuses.map(
    (status): ContractCase => ({
      title: `follows a ${status} to another covered origin as the client does`,
      async run(stage) {
        const chain = {
          to: '',
          servers: ({ portal, secondPortal }: Stage) => [portal, secondPortal],
        }
        await expectSameHops(stage, chain, status, { method: 'GET' })
        await expectSameHops(stage, chain, status, { method: 'POST', json: { some: 'thing' } })
      },
    }),
  ),
  {
    title: 'ends a stream that is redirected as the client does',
    async run({ portal, bare, ours }) {
      portal.answer(received =>
        received.url.startsWith('/moved')
          ? { status: 307, headers: { location: '/landed' } }
          : echo(received),
      )
      const url = `${portal.origin}/moved`
      const request = () => ({ method: 'POST', url, body: Readable.from([Buffer.from('bytes')]) })
      const settledAs = (client: Client) =>
        client.send(request()).then(
          ({ status, text }) => ({ status, text }),
          (thrown: unknown) => ({ thrown }),
        )
      const [alone, first] = [await settledAs(bare()), await settledAs(ours())]
      if ('thrown' in alone && 'thrown' in first) expectSameError(first.thrown, alone.thrown)
      else expect(first).toEqual(alone)
    },
  },
  {
    title: 'shows no token where a redirect leaves https',
    // The types are those of a newer Node.
    lacking: () =>
      !(tls.setDefaultCACertificates as unknown) &&
      'Node before 22.19 takes no certificate while it runs',
    async run({ emulator, foreign, makeAuth, ours }) {
      const secure = await emulator({ tls: true })
      await trusting(secure.ca ?? '', async () => {
        const client = ours({ auth: makeAuth({ emulator: secure }) })
        const url = `${secure.origin}/api/offerTypes`
        expect((await client.send({ url })).status).toBe(200)
        for (const status of statuses) {
          secure.faults.add({ type: 'redirect', to: `${foreign.origin}/landed`, status, count: 1 })
          expect((await client.send({ url })).status).toBe(200)
        }
        expect(foreign.received).toHaveLength(statuses.length)
        expect(tokensSeenBy(foreign)).toEqual([])
      })
    },
  },
  {
    title: 'renews no token for what a foreign origin says behind a redirect',
    async run(stage) {
      const { portal, foreign, authority, ours } = stage
      portal.answer(() => ({ status: 307, headers: { location: `${foreign.origin}/landed` } }))
      foreign.answer(() => ({ status: 401, body: 'not yours' }))
      const answer = await ours().send({ url: `${portal.origin}/moved` })
      expect(answer).toMatchObject({ status: 401, text: 'not yours' })
      expect(portal.received).toHaveLength(1)
      expect(foreign.received).toHaveLength(1)
      expect(authority.received).toHaveLength(1)
    },
  },
  {
    title: 'begins a GET anew when its token was refused behind a redirect to the same origin',
    async run(stage) {
      const { portal, authority, ours } = stage
      const client = ours()
      redirectMoved(portal, 307)
      const url = `${portal.origin}/moved`
      expect((await client.send({ url })).status).toBe(200)
      portal.revoke()
      expect((await client.send({ url })).status).toBe(200)
      expect(authority.received).toHaveLength(2)
    },
  },
  ...[
    { status: 303, where: '', location: '/landed?api-version=2017-10-31' },
    { status: 307, where: '', location: '/landed?api-version=2017-10-31' },
    { status: 303, where: ' to its own URL', location: '/moved?api-version=2017-10-31' },
    { status: 307, where: ' to its own URL', location: '/moved?api-version=2017-10-31' },
  ].map(
    ({ status, where, location }): ContractCase => ({
      title: `begins no POST anew that was redirected${where} by a ${status} and then refused, and renews the token`,
      async run(stage) {
        const { portal, traits, ours, events } = stage
        const client = ours()
        let hops = 0
        portal.answer(request =>
          request.url.startsWith('/moved') && hops++ === 0
            ? { status, headers: { location } }
            : portal.judge(request),
        )
        const request = { method: 'POST', url: `${portal.origin}/moved`, json: { some: 'thing' } }
        expect((await client.send(request)).status).toBe(200)
        portal.revoke()
        hops = 0
        const before = portal.received.length
        const answer = await client.send(request)
        const urls = portal.received.slice(before).map(({ url }) => url)
        const first = '/moved?api-version=2017-10-31'
        if (traits.resendsTheHop) {
          expect(answer.status).toBe(200)
          expect(urls).toEqual([first, location, location])
        } else {
          expect(answer).toMatchObject({ status: 401, text: refusal })
          expect(urls).toEqual([first, location])
          expect(events).toContainEqual(
            expect.objectContaining({ type: 'request_not_resent', why: 'redirected' }),
          )
        }
        await renewedInTheBackground(stage)
        expect((await client.send(request)).status).toBe(200)
      },
    }),
  ),
  ...[
    { whose: "another Api's path", location: '/other/landed' },
    { whose: 'a path that no Api lists', location: '/nobody/landed' },
    { whose: 'a path that no Api lists and back', location: '/nobody/moved' },
  ].map(
    ({ whose, location }): ContractCase => ({
      title: `follows a redirect within the origin to ${whose} with no token of the first Api, unless the client itself keeps it`,
      async run({ portal, authority, makeAuth, ours, traits }) {
        const apis = ['first', 'other'].map(name => ({
          ...cloudPartnerPortal,
          name,
          origins: [portal.origin],
          paths: [`/${name}`],
          audience: `https://${name}.example`,
        }))
        portal.answer(({ url }) => {
          if (url.startsWith('/first/moved')) return { status: 302, headers: { location } }
          if (url === '/nobody/moved') return { status: 302, headers: { location: '/first/end' } }
          return { status: 401, body: refusal }
        })
        const auth = makeAuth({ apis })
        const answer = await ours({ auth }).send({ url: `${portal.origin}/first/moved` })
        expect(answer).toMatchObject({ status: 401, text: refusal })
        const token = `Bearer ${authority.issued[0]}`
        const keeps = traits.keepsTokenInOrigin ?? false
        const [first, ...later] = portal.received.map(({ headers }) => headers.authorization)
        expect(first).toBe(token)
        const hops = later.slice(0, location.endsWith('moved') ? 2 : 1)
        expect(hops.map(header => header === token)).toEqual(hops.map(() => keeps))
        // What another Api says is not said about the first one's token. A client that keeps it brings it back as well.
        const renewed = authority.received.filter(({ body }) => body.includes('first.example'))
        expect(renewed).toHaveLength(keeps && hops.length > 1 ? 2 : 1)
      },
    }),
  ),
  {
    title: 'delivers the 401 of a hop behind a foreign one, and shows that one no token',
    async run(stage) {
      const { portal, foreign, authority, ours, traits } = stage
      portal.answer(({ url }) =>
        url.startsWith('/moved')
          ? { status: 302, headers: { location: `${foreign.origin}/moved` } }
          : { status: 401, body: refusal },
      )
      foreign.answer(() => ({ status: 302, headers: { location: `${portal.origin}/landed` } }))
      const answer = await ours().send({ url: `${portal.origin}/moved` })
      expect(answer).toMatchObject({ status: 401, text: refusal })
      expect(tokensSeenBy(foreign)).toEqual([])
      expect(tokensSeenBy(portal, '/landed')).toEqual([])
      // An adapter that sees only the last hop cannot tell that it got no token, and renews one in vain.
      const most = traits.seesHops ? 1 : 2
      expect(authority.received.length).toBeLessThanOrEqual(most)
    },
  },
]

async function expectFollowed(
  stage: Stage,
  chain: Chain,
  status: number,
  request: Omit<Sending, 'url'>,
): Promise<void> {
  await expectSameHops(stage, chain, status, request)
  const tokens = stage.authority.issued.map(token => `Bearer ${token}`)
  const landed = stage.portal.received.filter(({ url }) => url.startsWith('/landed'))
  expect(tokensSeenBy(stage.foreign)).toEqual([])
  const [alone, first] = landed.slice(-2).map(({ headers }) => headers.authorization)
  expect(alone).toBeUndefined()
  if (chain.keepsToken) expect(tokens).toContain(first)
  else expect(first).toBeUndefined()
}

/** Expects the client to follow the same hops with the adapter as without it, except that the first URL has the version. */
async function expectSameHops(
  stage: Stage,
  chain: Chain,
  status: number,
  request: Omit<Sending, 'url'>,
): Promise<void> {
  const servers = chain.servers(stage)
  const auth = chain.origins ? stage.makeAuth({ origins: chain.origins(stage) }) : stage.auth
  const { portal, secondPortal, foreign } = stage
  let hops: string[] = []
  for (const [name, server] of Object.entries({ portal, secondPortal, foreign })) {
    server.answer(received => {
      hops.push(`${name} ${shown(received)}`)
      const hop = /^\/moved\/(\d)/.exec(received.url)?.[1]
      if (hop === undefined) return echo(received)
      const next = Number(hop) + 1
      const path = next < servers.length - 1 ? `/moved/${next}` : '/landed?x=%20+1'
      return { status, headers: { location: `${servers[next]?.origin}${path}` } }
    })
  }
  const url = `${servers[0]?.origin}/moved/0`
  await stage.bare().send({ ...request, url })
  const alone = hops
  hops = []
  expect((await stage.ours({ auth }).send({ ...request, url })).status).toBe(200)
  const first = servers[0] === foreign ? '/moved/0' : versioned('/moved/0')
  expect(hops).toEqual(alone.map(hop => hop.replace('/moved/0', first)))
}

function shown({ method, url, headers, bytes }: Received): string {
  return `${method} ${url} ${headers['content-type'] ?? 'no type'} ${digest(bytes)}`
}

function redirectMoved(portal: StagePortal, status: number): void {
  portal.answer(request =>
    request.url.startsWith('/moved')
      ? { status, headers: { location: '/landed?api-version=2017-10-31' } }
      : portal.judge(request),
  )
}

function tokensSeenBy({ received }: RecordingServer, path = ''): string[] {
  return received.flatMap(({ url, headers }) =>
    url.startsWith(path) && headers.authorization ? [headers.authorization] : [],
  )
}

/** The same server under another name, which makes it another origin. */
function under(host: string, server: RecordingServer): RecordingServer {
  return { ...server, origin: server.origin.replace('127.0.0.1', host) }
}

/** Makes every name below localhost resolve to this machine; outside of tests the system's resolver decides that. */
async function withNames(run: () => Promise<void>): Promise<void> {
  const lookup = dns.lookup as (name: string, ...rest: unknown[]) => void // one of its many signatures
  const here = (name: string, ...rest: unknown[]) =>
    lookup(name.endsWith('.localhost') ? '127.0.0.1' : name, ...rest)
  const names = vi.spyOn(dns, 'lookup').mockImplementation(here as typeof dns.lookup)
  try {
    await run()
  } finally {
    names.mockRestore()
  }
}

async function trusting(certificate: string, run: () => Promise<void>): Promise<void> {
  const before = tls.getCACertificates('default')
  tls.setDefaultCACertificates([...before, certificate])
  try {
    await run()
  } finally {
    tls.setDefaultCACertificates(before)
  }
}
