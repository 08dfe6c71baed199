import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { describe, expect, it } from 'vitest'

const here = fileURLToPath(new URL('.', import.meta.url))
const page = readFileSync(new URL('../../../docs/any-other-client.md', import.meta.url), 'utf8')
const recipes = [...page.matchAll(/^### (.+?)\n.*?```js\n(.*?)```/gms)].map(
  ([, client = '', program = '']) => ({ client, program }),
)

describe('the page about other clients', () => {
  it('has a recipe for each', () => {
    expect(recipes.map(({ client }) => client)).toEqual([
      'openapi-fetch',
      'ofetch',
      'node-fetch',
      "NestJS's HttpModule",
      'superagent',
    ])
  })

  describe.each(recipes)('shows a program for $client', ({ program }) => {
    it('that works as it is printed', async () => {
      await using portal = await startEmulator()
      const printed = await run(program, portal.origin, portal.env)
      expect(printed).toContain('microsoft-azure-virtualmachines')
      expect(portal.tokenRequests).toHaveLength(1)
      expect(portal.requests).toMatchObject([{ status: 200, apiVersion: '2016-08-01-preview' }])
    })

    it('that sends again what was refused', async () => {
      await using portal = await startEmulator()
      portal.faults.add({ type: 'revoke', count: 1 })
      const printed = await run(program, portal.origin, portal.env)
      expect(printed).toContain('microsoft-azure-virtualmachines')
      expect(portal.requests.map(({ status }) => status)).toEqual([401, 200])
    })
  })
})

const recipe = (wanted: string) => recipes.find(({ client }) => client === wanted)?.program ?? ''

it('shows a superagent that also sends again what is no GET', async () => {
  await using portal = await startEmulator()
  portal.faults.add({ type: 'revoke', count: 1 })
  await run(recipe('superagent').replace("'GET'", "'POST'"), portal.origin, portal.env)
  expect(portal.requests.map(({ method, status }) => [method, status])).toEqual([
    ['POST', 401],
    ['POST', 404], // there is no such operation
  ])
})

it('shows a node-fetch that takes the token to no other port', async () => {
  await using portal = await startEmulator()
  await using elsewhere = await server((_request, response) => response.end('{}'))
  const token = { token_type: 'Bearer', expires_in: 3599, access_token: 'eyJ.a.b' }
  await using redirecting = await server(({ method }, response) =>
    method === 'POST'
      ? response.setHeader('content-type', 'application/json').end(JSON.stringify(token))
      : response.writeHead(302, { location: elsewhere.origin }).end('{}'),
  )
  const env = { ...portal.env, CLOUD_PARTNER_EMULATOR: redirecting.origin }
  await run(recipe('node-fetch'), redirecting.origin, env)
  expect(redirecting.authorizations).toEqual([undefined, expect.stringMatching(/^Bearer /)])
  expect(elsewhere.authorizations).toEqual([])
})

async function server(answer: RequestListener) {
  const authorizations: (string | undefined)[] = []
  const listening = createServer((request, response) => {
    authorizations.push(request.headers.authorization)
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo // a TCP server that listens has one
  return {
    origin: `http://127.0.0.1:${port}`,
    authorizations,
    async [Symbol.asyncDispose]() {
      listening.close()
      listening.closeAllConnections()
    },
  }
}

async function run(program: string, origin: string, env: Readonly<Record<string, string>>) {
  const module = program.replaceAll('https://cloudpartner.azure.com', origin)
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', module],
    { cwd: here, env: { ...env } },
  )
  expect(stderr).toBe('')
  return stdout
}
