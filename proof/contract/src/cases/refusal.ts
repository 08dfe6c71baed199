import { Readable } from 'node:stream'
import type { Answer } from '@cloud-partner-auth/core/adapter'
import { expect, vi } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { patience, rejection } from '../expectations/outcome.ts'
import { expectSameError } from '../expectations/same-error.ts'
import { wire } from '../expectations/wire.ts'
import type { Stage } from '../stage/stage.ts'
import { refusal } from '../stage/stage-portal.ts'
import type { Client } from '../subject.ts'

export const refusalCases: readonly ContractCase[] = [
  {
    title: 'sends a GET again when its token was refused',
    async run(stage) {
      const { client, url, bearer } = await withRevokedToken(stage)
      expect((await client.send({ url })).status).toBe(200)
      const [, first, second, ...more] = stage.portal.received
      expect(more).toEqual([])
      expect(stage.portal.authorizations().slice(1)).toEqual([bearer(0), bearer(1)])
      expect(wire(second)).toEqual(wire(first))
      expect(types(stage)).toContain('request_resent')
    },
  },
  {
    title: 'sends a JSON POST again, byte for byte',
    async run(stage) {
      const { client, url } = await withRevokedToken(stage)
      const json = { title: 'Ünïcode ✓', list: [1, 2, { three: null }] }
      const answer = await client.send({ method: 'POST', url, json })
      expect(answer.status).toBe(200)
      const [, first, second, ...more] = stage.portal.received
      expect(more).toEqual([])
      expect(JSON.parse(String(first?.body))).toEqual(json)
      expect(wire(second)).toEqual(wire(first))
    },
  },
  {
    title: 'hands over the 401 to a stream POST, says why, and has the next request work',
    async run(stage) {
      const { client, url } = await withRevokedToken(stage)
      const body = () => Readable.from([Buffer.from('one '), Buffer.from('two')])
      const answer = await client.send({ method: 'POST', url, body: body() })
      expect(answer).toMatchObject({ status: 401, text: refusal })
      expect(stage.portal.received.slice(1).map(({ body }) => String(body))).toEqual(['one two'])
      expect(stage.events).toContainEqual({
        type: 'request_not_resent',
        api: 'Cloud Partner Portal',
        url,
        why: 'body_not_replayable',
      })
      await renewedInTheBackground(stage)
      expect((await client.send({ method: 'POST', url, body: body() })).status).toBe(200)
      expect(String(stage.portal.received.at(-1)?.body)).toBe('one two')
      expect((await client.send({ url })).status).toBe(200)
      expect(stage.authority.received).toHaveLength(2)
    },
  },
  {
    title: 'sends a request again at most once',
    async run(stage) {
      vi.useFakeTimers({ toFake: ['Date'] })
      try {
        const { client, url, bearer } = await withRevokedToken(stage)
        stage.portal.answer(() => {
          vi.setSystemTime(Date.now() + 150_000) // past the pause between two renewals
          return { status: 401, body: refusal }
        })
        expect(await client.send({ url })).toMatchObject({ status: 401, text: refusal })
        expect(stage.portal.authorizations().slice(1)).toEqual([bearer(0), bearer(1)])
      } finally {
        vi.useRealTimers()
      }
    },
  },
  {
    title: "delivers the API's own 401 when the renewal fails",
    async run(stage) {
      const { client, url } = await withRevokedToken(stage)
      stage.authority.deny()
      const json = { some: 'thing' }
      const answer = await client.send({ method: 'POST', url, json })
      expect(answer).toMatchObject({ status: 401, text: refusal })
      expect(stage.portal.received).toHaveLength(2)
      expect(stage.authority.received).toHaveLength(2)
      expect(whys(stage)).toEqual(['renewal_failed'])
    },
  },
  {
    title: "throws the client's own error for the 401 when the renewal fails",
    async run(stage) {
      const { client, url } = await withRevokedToken(stage)
      stage.authority.deny()
      const request = { url, strict: true }
      if (!stage.traits.throwsOnStatus) {
        expect(await client.send(request)).toMatchObject({ status: 401, text: refusal })
        return
      }
      const thrown = await rejection(client.send(request))
      expectSameError(thrown, await rejection(stage.bare().send(request)))
    },
  },
  {
    title: 'does not send again what the authority gave the same token for',
    async run(stage) {
      const { client, url } = await withRevokedToken(stage)
      stage.authority.repeat()
      expect(await client.send({ url })).toMatchObject({ status: 401, text: refusal })
      expect(stage.portal.received).toHaveLength(2)
      expect(whys(stage)).toEqual(['same_token'])
    },
  },
  {
    title: 'sends nothing again when told so, and has the next request work',
    async run(stage) {
      const auth = stage.makeAuth({ resend: false })
      const { client, url } = await withRevokedToken(stage, stage.ours({ auth }))
      expect(await client.send({ url })).toMatchObject({ status: 401, text: refusal })
      expect(stage.portal.received).toHaveLength(2)
      expect(whys(stage)).toEqual(['resend_off'])
      await renewedInTheBackground(stage)
      expect((await client.send({ url })).status).toBe(200)
      expect(stage.portal.received).toHaveLength(3)
    },
  },
  {
    title: 'takes for a refusal what the API says is one, and nothing else',
    async run(stage) {
      const refuses = ({ status, challenge }: Answer) =>
        status === 403 && /invalid_token/.test(challenge ?? '')
      const client = stage.ours({ auth: stage.makeAuth({ refuses }) })
      const { url, bearer } = await withRevokedToken(stage, client)
      const forbidden = { status: 403, body: 'no' }
      stage.portal.answer(request => {
        const { status, headers = {} } = stage.portal.judge(request)
        return status === 401 ? { ...forbidden, headers } : forbidden
      })
      expect(await client.send({ url })).toMatchObject({ status: 403, text: 'no' })
      expect(stage.portal.authorizations().slice(1)).toEqual([bearer(0), bearer(1)])
      stage.portal.answer(() => ({ status: 401, body: refusal }))
      expect((await client.send({ url })).status).toBe(401)
      expect(stage.portal.received).toHaveLength(4)
      expect(stage.authority.received).toHaveLength(2)
    },
  },
  {
    title: 'asks for a token with the claims that the API demands',
    async run(stage) {
      const { portal, authority, ours } = stage
      const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
      const demand = `Bearer error="insufficient_claims", claims="${btoa(claims)}"`
      portal.answer(request => {
        const reply = portal.judge(request)
        const demanding = authority.issued.length < 2
        const headers = { 'www-authenticate': ['Basic realm="portal"', demand] }
        return demanding ? { status: 401, headers } : reply
      })
      const request = { method: 'POST', url: `${portal.origin}/api/offers`, json: { a: 1 } }
      expect((await ours().send(request)).status).toBe(200)
      const forms = authority.received.map(({ body }) => new URLSearchParams(String(body)))
      expect(forms.map(form => form.get('claims'))).toEqual([null, claims])
    },
  },
  {
    title: 'costs an API that refuses for ever 8 token requests a minute at most',
    async run({ authority, portal, ours }) {
      vi.useFakeTimers({ toFake: ['Date'] })
      try {
        portal.answer(() => ({ status: 401, body: refusal }))
        const client = ours()
        const url = `${portal.origin}/api/offers`
        const startedAt = Date.now()
        for (let at = 0; at < 60_000; at += 500) {
          vi.setSystemTime(startedAt + at)
          const answers = await Promise.all([client.send({ url }), client.send({ url })])
          for (const answer of answers) expect(answer).toMatchObject({ status: 401, text: refusal })
        }
        expect(authority.received.length).toBeGreaterThan(2)
        expect(authority.received.length).toBeLessThanOrEqual(8)
      } finally {
        vi.useRealTimers()
      }
    },
  },
  {
    title: 'leaves no connection behind with a refused answer',
    async run(stage) {
      vi.useFakeTimers({ toFake: ['Date'] })
      try {
        const { portal } = stage
        const client = stage.ours()
        const url = `${portal.origin}/api/offers`
        const long = 'x'.repeat(100_000)
        portal.answer(request => {
          const reply = portal.judge(request)
          return reply.status === 401 ? { ...reply, body: long } : reply
        })
        const [rounds, callers] = [51, 20]
        for (let round = 0; round < rounds; round++) {
          portal.revoke()
          vi.setSystemTime(Date.now() + 150_000) // past the pause between two renewals
          const sent = Array.from({ length: callers }, () => client.send({ url }))
          for (const { status } of await Promise.all(sent)) expect(status).toBe(200)
        }
        const refused = portal.received.length - rounds * callers
        expect(refused).toBe((rounds - 1) * callers) // in the first round there was no token yet
        expect(portal.openConnections()).toBeLessThanOrEqual(3 * callers)
      } finally {
        vi.useRealTimers()
      }
    },
  },
]

/** A client that holds a token the API will refuse. */
export async function withRevokedToken(
  stage: Stage,
  client: Client = stage.ours(),
): Promise<{ client: Client; url: string; bearer(index: number): string }> {
  const url = `${stage.portal.origin}/api/offers`
  expect((await client.send({ url })).status).toBe(200)
  stage.portal.revoke()
  return { client, url, bearer: index => `Bearer ${stage.authority.issued[index]}` }
}

/** Waits for a renewal that no request waits for; the next request then works. */
export async function renewedInTheBackground({ authority, events }: Stage): Promise<void> {
  await authority.arrived(2)
  const acquired = () => events.filter(({ type }) => type === 'token_acquired')
  await expect.poll(acquired, { timeout: patience() }).toHaveLength(2)
}

function types({ events }: Stage): string[] {
  return events.map(({ type }) => type)
}

function whys({ events }: Stage): string[] {
  return events.flatMap(event => (event.type === 'request_not_resent' ? [event.why] : []))
}
