import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './app.ts'
import type { Trial } from './trial.ts'

/** The client of a package, and what an application does with both. Each prints 200. */
const uses: Readonly<Record<string, readonly [client: string, code: string]>> = {
  axios: [
    'axios',
    `const portal = client.default.create({ baseURL: origin })
    portal.interceptors.request.use(ours.cloudPartnerInterceptor(ours.cloudPartnerAuth()))
    console.log((await portal.get('/api/offerTypes')).status)`,
  ],
  core: [
    '@cloud-partner-auth/core/adapter',
    `const result = await client.authorized(ours.cloudPartnerAuth(), {
      url: origin + '/api/offerTypes', method: 'GET', signal: undefined, authorizationSet: false,
      send: ({ url, authorization }) => fetch(url, { headers: { authorization } }),
      answer: ({ status, url }) => ({ status, url, challenge: undefined, replayable: true }),
      discard: response => response.body.cancel(),
    })
    console.log(result.status)`,
  ],
  emulator: [
    '@cloud-partner-auth/emulator/global-setup',
    `const emulator = await ours.startEmulator()
    console.log((await fetch(emulator.origin)).status)
    await emulator.close()
    await (await client.default())()`,
  ],
  fetch: [
    '@cloud-partner-auth/fetch/adapter',
    `console.log((await ours.cloudPartnerFetch(ours.cloudPartnerAuth())(origin + '/api/offerTypes')).status)
    if (!client.isReplayable('text')) throw new Error()`,
  ],
  got: [
    'got',
    `const portal = client.default.extend(ours.cloudPartnerHooks(ours.cloudPartnerAuth()))
    console.log((await portal(origin + '/api/offerTypes')).statusCode)`,
  ],
  ky: [
    'ky',
    `const portal = client.default.extend(ours.cloudPartnerHooks(ours.cloudPartnerAuth()))
    console.log((await portal(origin + '/api/offerTypes')).status)`,
  ],
  redis: [
    'ioredis',
    `const store = ours.redisStore(new client.Redis({ lazyConnect: true }), { unencrypted: true })
    console.log(typeof store.lock === 'function' ? 200 : 0)`,
  ],
  undici: [
    'undici',
    `const dispatcher = new client.Agent({ factory: ours.cloudPartnerFactory(ours.cloudPartnerAuth()) })
    console.log((await client.request(origin + '/api/offerTypes', { dispatcher })).statusCode)
    await dispatcher.close()`,
  ],
}

/** Each package in an application of either kind, under one Node: loaded, and used against the emulator. */
export function loading(
  app: string,
  {
    node,
    named,
    env,
    remark,
  }: {
    readonly node: string
    readonly named: string
    readonly env: Readonly<Record<string, string>>
    readonly remark?: string | undefined
  },
): readonly Trial[] {
  return ['ESM', 'CommonJS'].map(kind => ({
    group: 'Node',
    name: `${named}, ${kind}`,
    async run() {
      for (const [name, [client, code]] of Object.entries(uses)) {
        const file = join(app, `${name}.${kind === 'ESM' ? 'mjs' : 'cjs'}`)
        writeFileSync(file, program(kind, `@cloud-partner-auth/${name}`, client, code))
        // Node 22.12 says of each require() of a module that this is experimental.
        const printed = await run(node, ['--no-warnings', file], { cwd: app, env })
        assert.equal(printed.trim(), '200', `${name}: ${printed}`)
      }
      return remark
    },
  }))
}

function program(kind: string, ours: string, client: string, code: string): string {
  const [first, second] =
    kind === 'ESM'
      ? [`import * as ours from '${ours}'`, `import * as client from '${client}'`]
      : [`const ours = require('${ours}')`, `const client = require('${client}')`]
  return `${first}\n${second}\nconst origin = process.env.CLOUD_PARTNER_EMULATOR\nvoid (async () => {\n    ${code}\n})()\n`
}

/** What the packages are that an application of these programs needs beside ours. */
export const clients: readonly string[] = [
  'axios',
  'got',
  'got-11@npm:got@11',
  'ky',
  'undici',
  'ioredis',
]
