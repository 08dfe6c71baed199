import { createRequire } from 'node:module'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { describe, expect, it } from 'vitest'
import * as esm from '../src/index.ts'
import { gotMajors } from './got-majors.ts'

const builds = { esm, cjs: createRequire(import.meta.url)('@cloud-partner-auth/got') as typeof esm }

describe.each(Object.entries(builds))(
  'the %s build',
  (_, { cloudPartnerAuth, tokenEndpoint, ...build }) => {
    it('shares one token between all majors of got, and renews it once for all', async () => {
      await using portal = await startEmulator()
      const { AZURE_TENANT_ID = '', AZURE_CLIENT_ID = '', AZURE_CLIENT_SECRET = '' } = portal.env
      const auth = cloudPartnerAuth({
        credential: tokenEndpoint({
          tenantId: AZURE_TENANT_ID,
          clientId: AZURE_CLIENT_ID,
          secret: AZURE_CLIENT_SECRET,
          authorityHost: portal.origin,
        }),
        apis: [{ ...build.cloudPartnerPortal, origins: [portal.origin] }],
      })
      const clients = gotMajors.map(({ got }) => got.extend(build.cloudPartnerHooks(auth)))
      const all = () =>
        Promise.all(clients.map(client => client(`${portal.origin}/api/offerTypes`).json()))
      const [first, ...others] = await all()
      expect(first).toContainEqual(
        expect.objectContaining({ id: 'microsoft-azure-virtualmachines' }),
      )
      for (const other of others) expect(other).toEqual(first)
      expect(portal.tokenRequests).toHaveLength(1)
      portal.revokeTokens()
      expect(await all()).toHaveLength(clients.length)
      expect(portal.tokenRequests).toHaveLength(2)
      expect(portal.requests).toHaveLength(3 * clients.length)
    })
  },
)
