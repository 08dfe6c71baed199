import { expect, vi } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { rejection } from '../expectations/outcome.ts'
import { expectSameError } from '../expectations/same-error.ts'
import { versioned, wire } from '../expectations/wire.ts'
import type { RecordingServer, Reply } from '../stage/recording-server.ts'
import type { UserCode } from '../subject.ts'
import { withRevokedToken } from './refusal.ts'

const path = '/api/offers'
const none = { requestsOfAResend: 0, answersOfAResend: 0 }

const answers: readonly { what: string; reply: Reply | 'reset' }[] = [
  { what: 'a 400', reply: { status: 400, body: '{"error":{"code":"InvalidOffer"}}' } },
  { what: 'a 403', reply: { status: 403, body: 'no' } },
  { what: 'a 404', reply: { status: 404 } },
  { what: 'a 409 with HTML', reply: { status: 409, body: '<p>Conflict' } },
  { what: 'a 500', reply: { status: 500, body: 'broken' } },
  { what: 'a connection that is reset', reply: 'reset' },
]

export const transparencyCases: readonly ContractCase[] = [
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'].map(
    (method): ContractCase => ({
      title: `adds a header and the version to a ${method} and changes nothing else of it`,
      async run({ portal, bare, ours, authority }) {
        const url = `${portal.origin}${path}?a=1`
        const headers = { 'X-Custom': 'yes', accept: 'application/json' }
        const json = /^P/.test(method) ? { some: 'thing' } : undefined
        await bare().send({ method, url, headers, json })
        expect((await ours().send({ method, url, headers, json })).status).toBe(200)
        const [alone, first] = portal.received
        expect(wire(first)).toEqual({ ...wire(alone), url: versioned(alone?.url ?? '') })
        expect(portal.authorizations()).toEqual([undefined, `Bearer ${authority.issued[0]}`])
      },
    }),
  ),
  ...answers.map(
    ({ what, reply }): ContractCase => ({
      title: `delivers ${what} as the client alone does`,
      async run(stage) {
        const { portal, traits, bare, ours } = stage
        portal.answer(() => reply)
        const request = { method: 'POST', url: portal.origin + path, json: { a: 1 }, strict: true }
        if (reply === 'reset' || traits.throwsOnStatus) {
          const alone = await rejection(bare().send(request))
          expectSameError(await rejection(ours().send(request)), alone)
        }
        if (reply !== 'reset') {
          const lenient = { ...request, strict: false }
          const { status, text } = await bare().send(lenient)
          expect(await ours().send(lenient)).toMatchObject({ status, text })
        }
        expect(stage.authority.received).toHaveLength(1)
      },
    }),
  ),
  {
    title: 'fails as the client alone does where nobody listens',
    async run({ makeAuth, foreign, bare, ours }) {
      const { origin } = foreign
      const client = ours({ auth: makeAuth({ origins: [origin] }) })
      await foreign.close()
      const request = { url: origin + path }
      expectSameError(await rejection(client.send(request)), await rejection(bare().send(request)))
    },
  },
  ...(['before', 'after'] as const).map(
    (installed): ContractCase => ({
      title: `runs user code as often as the client does for its attempts (installed ${installed} the adapter)`,
      lacking: ({ traits }) => !traits.userCode && 'the client has no place for user code',
      async run(stage) {
        const { requestsOfAResend, answersOfAResend } = stage.traits.userCode ?? none
        const user = counted(installed)
        const client = stage.ours({ user })
        const { url } = await withRevokedToken(stage, client)
        expect(user.calls()).toEqual({ request: 1, answer: 1 })
        expect((await client.send({ method: 'POST', url, json: { a: 1 } })).status).toBe(200)
        expect(user.calls()).toEqual({
          request: 1 + requestsOfAResend,
          answer: 1 + answersOfAResend,
        })
      },
    }),
  ),
  ...(['before', 'after'] as const).map(
    (installed): ContractCase => ({
      title: `runs user code for each attempt of the client's own retry as the client alone does (installed ${installed} the adapter)`,
      lacking: ({ traits }) => !traits.userCode && 'the client has no place for user code',
      async run({ portal, ours, bare }) {
        portal.answer(() => ({ status: 503 }))
        const request = { method: 'PUT', url: portal.origin + path, json: { a: 1 }, strict: true }
        const [alone, user] = [counted(installed), counted(installed)]
        await rejection(bare({ retries: 2, user: alone }).send(request))
        await rejection(ours({ retries: 2, user }).send(request))
        expect(user.calls()).toEqual(alone.calls())
        expect(user.calls().request).toBeGreaterThan(0)
        expect(portal.received).toHaveLength(6)
      },
    }),
  ),
]

export const retryCases: readonly ContractCase[] = [
  {
    title:
      "repeats a request as often as the client's own retry says, each time with the token of the time",
    async run(stage) {
      const { portal, authority, traits } = stage
      vi.useFakeTimers({ toFake: ['Date'] })
      try {
        expire(portal)
        const client = stage.ours({ retries: 2 })
        // Strict, because clients repeat only what they would reject with. Another case looks at how it ends.
        const request = { method: 'PUT', url: portal.origin + path, json: { a: 1 }, strict: true }
        await client.send(request).catch(() => {})
        const attempts = traits.retries ? 3 : 1
        expect(portal.received).toHaveLength(attempts)
        expect(portal.authorizations()).toEqual(
          authority.issued.slice(0, attempts).map(token => `Bearer ${token}`),
        )
        const [first, ...more] = portal.received.map(wire)
        expect(first).toMatchObject({ url: versioned(path) })
        for (const next of more)
          expect(next).toMatchObject({ ...first, headers: expect.anything() })
      } finally {
        vi.useRealTimers()
      }
    },
  },
  {
    title: "sends again what was refused in any attempt of the client's own retry",
    lacking: ({ traits }) => !traits.retries && 'the client has no retry',
    async run(stage) {
      const { portal, authority } = stage
      const client = stage.ours({ retries: 1 })
      const { url } = await withRevokedToken(stage, client)
      let attempts = 0
      portal.answer(request => {
        const reply = portal.judge(request)
        if (reply.status === 401) return reply
        return ++attempts === 1 ? { status: 503 } : reply
      })
      const request = { method: 'PUT', url, json: { a: 1 }, strict: true }
      expect((await client.send(request)).status).toBe(200)
      expect(portal.authorizations().slice(1)).toEqual(
        [0, 1, 1].map(index => `Bearer ${authority.issued[index]}`),
      )
    },
  },
  {
    title: 'makes no other error of a 401 that is final, whatever the retry is set to',
    async run(stage) {
      const client = stage.ours({ retries: 0 })
      const { url } = await withRevokedToken(stage, client)
      stage.portal.answer(() => ({ status: 401, body: 'final' }))
      expect(await client.send({ url })).toMatchObject({ status: 401, text: 'final' })
      expect(stage.portal.received).toHaveLength(3)
    },
  },
]

/** Answers 503, and lets the token expire in the meantime. */
function expire(portal: RecordingServer): void {
  portal.answer(() => {
    vi.setSystemTime(Date.now() + 7_200_000)
    return { status: 503 }
  })
}

function counted(installed: UserCode['installed']) {
  let [requests, answers] = [0, 0]
  return {
    installed,
    request: () => void requests++,
    answer: () => void answers++,
    calls: () => ({ request: requests, answer: answers }),
  }
}
