import { loopback, startPortal } from '@cloud-partner-auth/contract'
import { afterEach, describe, expect, it } from 'vitest'
import { undiciMajors } from './undici-majors.ts'
import { agent, ways } from './ways.ts'

// Node's own fetch takes its dispatcher from here, and each major of undici puts one there.
const key = Symbol.for('undici.globalDispatcher.1')
const global = globalThis as unknown as Record<symbol, unknown>
const before = global[key]

afterEach(() => {
  global[key] = before
})

describe.each(undiciMajors)(
  'the fetch of Node with a global dispatcher of undici $major',
  major => {
    it.each(ways)(
      'gets a token and renews it, and gives it to no other server, by the %s',
      async way => {
        await using portal = await startPortal()
        portal.refuseFirst()
        await using foreign = await loopback()
        const location = `${foreign.origin}/landed`
        portal.answer(({ url }, response) =>
          url.startsWith('/moved') ? response.writeHead(307, { location }).end() : false,
        )
        major.undici.setGlobalDispatcher(agent(major, way, portal.auth()))
        expect(await (await fetch(`${portal.origin}/api`)).text()).toBe('ok')
        expect((await fetch(`${portal.origin}/moved`)).status).toBe(200)
        expect(portal.authorizations()).toEqual(['token-1', 'token-2', 'token-2'].map(token => `Bearer ${token}`)) // biome-ignore format: one line reads better
        expect(foreign.authorizations()).toEqual([undefined])
      },
    )
  },
)
