// Run by endurance.test.ts in a process of its own with --expose-gc. Sends rounds of 11,000 requests to six APIs,
// 100 at a time, and prints how long the log was after each and the heap after a reset.
import { Agent, request } from 'node:http'
import { startEmulator } from '../../src/index.ts'
import { credentials, requestToken } from '../requests.ts'

const rounds = 3
const perRound = 11_000
const agent = new Agent({ keepAlive: true, maxSockets: 100 })

const emulator = await startEmulator()
const { origin, env, faults } = emulator
let tokens = await freshTokens()
const heaps: number[] = []
const logged: number[] = []
for (let round = 0; round < rounds; round++) {
  let sent = 0
  const worker = async () => {
    while (sent < perRound) await one(sent++)
  }
  await Promise.all(Array.from({ length: 100 }, worker))
  await emulator.marketplace.delivered()
  emulator.revokeTokens()
  tokens = await freshTokens()
  logged.push(emulator.requests.length)
  emulator.reset()
  globalThis.gc?.()
  globalThis.gc?.()
  heaps.push(process.memoryUsage().heapUsed)
}
console.log(JSON.stringify({ heaps, logged }))
agent.destroy()
await emulator.close()

interface Tokens {
  readonly portal: string
  readonly graph: string
  readonly partner: string
  readonly marketplace: string
  readonly insights: string
}

async function freshTokens(): Promise<Tokens> {
  const tokenFor = async (audience: string) => {
    const { body } = await requestToken(emulator, 'v2', { scope: `${audience}/.default` })
    return String(body['access_token'])
  }
  return {
    portal: await tokenFor('https://cloudpartner.azure.com'),
    graph: await tokenFor('https://graph.microsoft.com'),
    partner: await tokenFor('https://api.partner.microsoft.com'),
    marketplace: await tokenFor('20e940b3-4c77-4b0b-9a53-9e16a1b010a7'),
    insights: await tokenFor('https://api.partnercenter.microsoft.com'),
  }
}

// Every kind of traffic that leaves something behind: logs, verified tokens, bodies, faults, offers, jobs,
// subscriptions with their operations, usage, submissions, queries.
function one(number: number): Promise<void> {
  const portal = 'api-version=2017-10-31'
  const saas = 'api-version=2018-08-31'
  const text = 'x'.repeat(2000)
  const subscription = emulator.marketplace.subscriptions[1]?.id
  switch (number % 20) {
    case 0: {
      const scope = 'https://cloudpartner.azure.com/.default'
      const form = new URLSearchParams({ ...credentials(emulator), scope }).toString()
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      return send('POST', `/${env['AZURE_TENANT_ID']}/oauth2/v2.0/token`, type, form)
    }
    case 1:
      faults.add({ type: 'error', count: 1 })
      return call('GET', `/api/publishers?${portal}`, tokens.portal)
    case 2:
      return call('GET', `/api/publishers?${portal}`, `${tokens.portal}${number}`)
    case 3:
      return call('GET', `/api/saas/subscriptions?${saas}`, tokens.marketplace)
    case 4:
      return call('PATCH', `/api/saas/subscriptions/${subscription}?${saas}`, tokens.marketplace, {
        planId: 'silver',
      })
    case 5:
      return call('POST', `/api/usageEvent?${saas}`, tokens.marketplace, {
        resourceId: subscription,
        dimension: 'emails',
        planId: 'gold',
        quantity: 1,
        effectiveStartTime: new Date(emulator.clock.now() - number * 1000).toISOString(),
      })
    case 6:
      return call('POST', '/rp/product-ingestion/configure?$version=2022-07-01', tokens.graph, {
        resources: [
          { $schema: 'https://s/schema/property/1', product: { externalId: 'contoso-vm' }, text },
        ],
      })
    case 7:
      return call('GET', '/rp/product-ingestion/product?$version=2022-07-01', tokens.graph)
    case 8:
      return call('POST', '/v1.0/ingestion/products', tokens.partner, {
        resourceType: 'AzureApplication',
        name: `product-${number}`,
      })
    case 9:
      return call('GET', '/v1.0/ingestion/products', tokens.partner)
    case 10:
      return call('POST', '/insights/v1/cmp/ScheduledQueries', tokens.insights, {
        Name: `query-${number}`,
        Query: 'SELECT SKU FROM ISVUsage',
      })
    case 11:
      return call(
        'POST',
        `/api/publishers/contoso/offers/contoso-vm/publish?${portal}`,
        tokens.portal,
      )
    default:
      return number % 2 === 0
        ? call('GET', `/api/publishers/contoso/offers?${portal}&n=${number}`, tokens.portal)
        : call('POST', `/api/echo?${portal}`, tokens.portal, { number, text })
  }
}

function call(method: string, path: string, token: string, body?: object): Promise<void> {
  const authorization = { authorization: `Bearer ${token}` }
  return send(method, path, authorization, body && JSON.stringify(body))
}

function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    request(origin + path, { method, headers, agent })
      .on('response', response => response.resume().on('end', () => resolve()))
      .on('error', reject)
      .end(body)
  })
}
