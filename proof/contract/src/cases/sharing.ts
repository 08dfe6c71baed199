import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { credentialKinds } from '../stage/stage.ts'
import type { Client, Delivered } from '../subject.ts'

const load = 1_000

export const sharingCases: readonly ContractCase[] = [
  ...credentialKinds.map(
    (credential): ContractCase => ({
      title: `makes 1 token request for 1,000 cold requests and 1 more once that token is revoked (${credential})`,
      async run(stage) {
        const emulator = await stage.emulator()
        const client = stage.ours({ auth: stage.makeAuth({ credential, emulator }) })
        const url = `${emulator.origin}/api/offerTypes`
        const refused = () => emulator.requests.filter(({ status }) => status === 401).length

        expect(statuses(await many(client, url))).toEqual({ 200: load })
        expect(emulator.tokenRequests.map(({ status }) => status)).toEqual([200])
        expect(refused()).toBe(0)

        emulator.revokeTokens()
        expect(statuses(await many(client, url))).toEqual({ 200: load })
        expect(emulator.tokenRequests.map(({ status }) => status)).toEqual([200, 200])
        expect(refused()).toBe(load)
        expect(emulator.requests).toHaveLength(3 * load)
      },
    }),
  ),
  {
    title: 'keeps the tokens of two auths apart',
    async run({ authority, portal, makeAuth, ours }) {
      const clients = [ours({ auth: makeAuth() }), ours({ auth: makeAuth() })]
      const url = `${portal.origin}/api/offers`
      for (const client of [...clients, ...clients])
        expect((await client.send({ url })).status).toBe(200)
      const [one, other] = authority.issued.map(token => `Bearer ${token}`)
      expect(portal.authorizations()).toEqual([one, other, one, other])
    },
  },
  {
    title: 'renews once though refusals of one token come in one after another',
    async run({ authority, portal, ours }) {
      const client = ours()
      const url = `${portal.origin}/api/offers`
      expect((await client.send({ url })).status).toBe(200)
      portal.revoke()
      const gates: (() => void)[] = []
      portal.answer(async request => {
        if (request.headers.authorization === `Bearer ${authority.issued[0]}`) {
          const { promise, resolve } = Promise.withResolvers<void>()
          gates.push(resolve)
          await promise
        }
        return portal.judge(request)
      })
      const sent = Array.from({ length: 20 }, () => client.send({ url }))
      await portal.arrived(21)
      for (const [index, open] of gates.entries()) {
        open()
        await portal.arrived(22 + index) // the refused request is resent before the next one is refused
      }
      expect(statuses(await Promise.all(sent))).toEqual({ 200: 20 })
      expect(authority.received).toHaveLength(2)
    },
  },
]

function many(client: Client, url: string): Promise<Delivered[]> {
  return Promise.all(Array.from({ length: load }, () => client.send({ url })))
}

function statuses(answers: readonly Delivered[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
