import type { CloudPartnerAuth } from '@cloud-partner-auth/core'
import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import type { Stage } from '../stage/stage.ts'

export const accountCases: readonly ContractCase[] = [
  {
    title: 'is picked by a function, anew for each request, and keeps its account over a resend',
    async run(stage) {
      const accounts = [stage.makeAuth(), stage.makeAuth()]
      let next = 0
      const client = stage.ours({ auth: picking(() => accounts[next]) })
      const url = `${stage.portal.origin}/api/x`
      for (next of [0, 1, 0]) expect((await client.send({ url })).status).toBe(200)
      expect(stage.authority.received).toHaveLength(2)
      expect(new Set(stage.portal.authorizations()).size).toBe(2)
      stage.portal.revoke()
      next = 1
      expect((await client.send({ url })).status).toBe(200)
      expect(stage.authority.received).toHaveLength(3)
    },
  },
  {
    title: 'may be none: the request goes out as the bare client sends it',
    async run(stage) {
      const url = `${stage.portal.origin}/api/x`
      const answer = await stage.ours({ auth: picking(() => undefined) }).send({ url })
      expect(answer.status).toBe(401)
      expect(stage.portal.received.map(({ url }) => url)).toEqual(['/api/x'])
      expect(stage.authority.received).toEqual([])
    },
  },
  {
    title: 'that is no auth is refused by name, when the plugin is made or the request is sent',
    async run(stage) {
      const url = `${stage.portal.origin}/api/x`
      for (const [wrong, named] of mistakes(stage.auth)) {
        const sent = async () => stage.ours({ auth: wrong as CloudPartnerAuth }).send({ url })
        const thrown: unknown = await sent().then(
          () => expect.unreachable('it was sent'),
          error => error,
        )
        expect(String(thrown)).toMatch(named)
        expect(String(thrown)).not.toContain('undefined (reading')
      }
      expect(stage.portal.received).toEqual([])
    },
  },
]

/** Every adapter takes a function in place of an auth. */
function picking(pick: () => CloudPartnerAuth | undefined): Stage['auth'] {
  return pick as unknown as Stage['auth']
}

function mistakes(auth: CloudPartnerAuth): readonly (readonly [wrong: unknown, named: RegExp])[] {
  async function clientSecret() {}
  return [
    [null, /cloudPartnerAuth\(\)/],
    [{ acquire: async () => {} }, /cloudPartnerAuth\(\{ credential \}\)/],
    [clientSecret, /clientSecret\(\).*call it/],
    [async () => auth, /promise/],
    [() => ({}), /cloudPartnerAuth\(\)/],
  ]
}
