import { createRequire } from 'node:module'
import type { AccessToken, CloudPartnerAuth } from '@cloud-partner-auth/core'
import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import type { Core } from '../subject.ts'

export const buildCases: readonly ContractCase[] = [
  {
    title: 'works with an auth made by the CommonJS build of core, and shares its token',
    async run({ portal, authority, makeAuth, ours }) {
      const auth = makeAuth({ core: commonjsCore() })
      const [one, other] = [ours({ auth }), ours({ auth })]
      const url = `${portal.origin}/api/offers`
      expect((await one.send({ url })).status).toBe(200)
      expect((await other.send({ url })).status).toBe(200)
      expect(authority.received).toHaveLength(1)
      portal.revoke()
      const sent = [one, other].map(client => client.send({ method: 'POST', url, json: { a: 1 } }))
      expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([200, 200])
      expect(authority.received).toHaveLength(2)
    },
  },
  {
    title: 'works in its CommonJS build with any auth, and shares its token with the ESM build',
    lacking: ({ commonjs }) => !commonjs && 'the package has no CommonJS build',
    async run({ portal, authority, auth, makeAuth, ours, oursCommonjs }) {
      if (!oursCommonjs) throw new Error('there is no CommonJS build to try')
      const url = `${portal.origin}/api/offers`
      const clients = [ours({ auth }), oursCommonjs({ auth })]
      const sent = async () =>
        (await Promise.all(clients.map(client => client.send({ url })))).map(({ status }) => status)
      expect(await sent()).toEqual([200, 200])
      expect(authority.received).toHaveLength(1)
      portal.revoke()
      expect(await sent()).toEqual([200, 200])
      expect(authority.received).toHaveLength(2)
      const theirs = oursCommonjs({ auth: makeAuth({ core: commonjsCore() }) })
      expect((await theirs.send({ url })).status).toBe(200)
      expect(authority.received).toHaveLength(3)
    },
  },
  {
    title: 'relies on nothing of an auth but its documented members',
    async run({ portal, authority, auth, ours }) {
      const client = ours({ auth: rebuilt(auth) })
      const url = `${portal.origin}/api/offers`
      expect((await client.send({ url })).status).toBe(200)
      portal.revoke()
      expect((await client.send({ url })).status).toBe(200)
      expect(authority.received).toHaveLength(2)
    },
  },
]

/** An auth as another copy of core could make it: other objects, and another token object for each call. */
function rebuilt(auth: CloudPartnerAuth): CloudPartnerAuth {
  const { resend, observe, covering } = auth
  const copy = (token: AccessToken): AccessToken => ({
    reveal: () => token.reveal(),
    acquiredAt: token.acquiredAt,
    expiresAt: token.expiresAt,
  })
  return {
    resend,
    observe,
    covering(url) {
      const found = covering(url)
      if (!found) return undefined
      const { api, source } = found
      return {
        api: { ...api },
        source: {
          current() {
            const token = source.current()
            return token && copy(token)
          },
          get: async options => copy(await source.get(options)),
          renew: async (refused, options) => copy(await source.renew(refused, options)),
          trust: token => source.trust(token),
          close: () => source.close(),
        },
      }
    },
  } as CloudPartnerAuth // the members for applications are none of an adapter's
}

function commonjsCore(): Core {
  return createRequire(import.meta.url)('@cloud-partner-auth/core') as Core // its "require" condition
}
