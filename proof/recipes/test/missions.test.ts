// A publisher's errand at each of the six APIs, by five clients that share one auth, against the emulator.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { cloudPartnerInterceptor } from '@cloud-partner-auth/axios'
import {
  type CloudPartnerAuth,
  cloudPartnerAuth,
  marketplace,
  partnerCenterAnalytics,
  partnerCenterSubmission,
  productIngestion,
} from '@cloud-partner-auth/core'
import { type Emulator, startEmulator } from '@cloud-partner-auth/emulator'
import { cloudPartnerFetch } from '@cloud-partner-auth/fetch'
import { cloudPartnerHooks as hooksOfGot } from '@cloud-partner-auth/got'
import { cloudPartnerHooks as hooksOfKy } from '@cloud-partner-auth/ky'
import { cloudPartnerFactory } from '@cloud-partner-auth/undici'
import axios from 'axios'
import got from 'got'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import ky from 'ky'
import { Agent, request } from 'undici'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

let emulator: Emulator
let auth: CloudPartnerAuth
beforeEach(async () => {
  emulator = await startEmulator()
  for (const [name, value] of Object.entries(emulator.env)) vi.stubEnv(name, value)
  auth = cloudPartnerAuth()
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await emulator.close()
})

test('axios configures a product and waits for the job', async () => {
  const client = axios.create({ baseURL: productIngestion.baseUrl ?? '' })
  client.interceptors.request.use(cloudPartnerInterceptor(auth))
  const { data: found } = await client.get('/product', { params: { externalId: 'contoso-vm' } })
  const [product] = found.value
  const { status, data: job } = await client.post('/configure', {
    $schema: 'https://schema.mp.microsoft.com/schema/configure/2022-07-01',
    resources: [
      {
        $schema: 'https://schema.mp.microsoft.com/schema/property/2022-07-01',
        product: product.id,
        kind: 'azureVM',
      },
    ],
  })
  expect([status, job.jobResult]).toEqual([202, 'pending'])
  emulator.clock.advance(60_000)
  const { data: done } = await client.get(`/configure/${job.jobId}/status`)
  expect(done).toMatchObject({ jobStatus: 'completed', jobResult: 'succeeded' })
  // Whoever asks again within the minute is told to wait.
  const early = await client.get(`/configure/${job.jobId}/status`).catch(error => error)
  expect(early.response).toMatchObject({ status: 429 })
  const { data: tree } = await client.get(`/resource-tree/${product.id}`)
  expect(tree.resources).toContainEqual(expect.objectContaining({ kind: 'azureVM' }))
  expectOneToken('product-ingestion')
})

test('got submits a product, and is told of a change in between', async () => {
  const client = got.extend(
    { prefixUrl: partnerCenterSubmission.baseUrl ?? '', responseType: 'json' },
    hooksOfGot(auth),
  )
  const { body: found } = await client.get<{ value: { id: string }[] }>('products')
  const product = `products/${found.value[0]?.id}`
  const { body: created, headers } = await client.post<{ id: string }>(`${product}/submissions`, {
    json: {
      resourceType: 'SubmissionCreationRequest',
      targets: [{ type: 'Scope', value: 'preview' }],
    },
  })
  emulator.clock.advance(1_800_000)
  const submission = `${product}/submissions/${created.id}`
  const promote = (etag: string) =>
    client.post(`${submission}/promote`, { headers: { 'if-match': etag }, throwHttpErrors: false })
  expect((await promote(String(headers.etag))).statusCode).toBe(412)
  const ready = await client.get<object>(submission)
  expect(ready.body).toMatchObject({ substate: 'ReadyToPublish' })
  expect((await promote(String(ready.headers.etag))).statusCode).toBe(200)
  expectOneToken('submission')
})

test('ky fulfills a SaaS purchase and believes no webhook that the marketplace did not sign', async () => {
  const webhook = await webhookServer()
  const offer = emulator.saasOffer({
    id: 'cloud',
    webhook: webhook.url,
    plans: [{ id: 'a' }, { id: 'b' }],
  })
  const bought = emulator.subscription({ offer: 'cloud', plan: 'a' })
  const client = ky.extend({
    baseUrl: `${marketplace.baseUrl}/api/saas/subscriptions/`,
    ...hooksOfKy(auth),
  })

  const landing = new URL(bought.landingPage)
  const token = landing.searchParams.get('token') ?? ''
  const resolved = await client
    .post('resolve', { headers: { 'x-ms-marketplace-token': token } })
    .json()
  expect(resolved).toMatchObject({ id: bought.id, planId: 'a' })
  expect((await client.post(`${bought.id}/activate`, { json: { planId: 'a' } })).status).toBe(200)

  const change = await client.patch(bought.id, { json: { planId: 'b' } })
  const operation = change.headers.get('operation-location') ?? ''
  await emulator.marketplace.delivered()
  const [event] = webhook.events
  expect(event?.body).toMatchObject({
    action: 'ChangePlan',
    subscriptionId: bought.id,
    planId: 'b',
  })
  const keys = createRemoteJWKSet(new URL(`${emulator.origin}/common/discovery/v2.0/keys`))
  const { payload } = await jwtVerify(event?.authorization.replace('Bearer ', '') ?? '', keys, {
    audience: offer.clientId,
    issuer: `${emulator.origin}/${offer.tenantId}/v2.0`,
  })
  expect(payload['azp']).toBe(marketplace.audience)
  expect(await client.get(operation).json()).toMatchObject({ action: 'ChangePlan' })
  await client.patch(operation, { json: { status: 'Success' } })
  expect(await client.get(bought.id).json()).toMatchObject({ planId: 'b' })
  expectOneToken('saas')
  webhook.close()
})

test('fetch reports usage, one event an hour and dimension, and 25 at once', async () => {
  const send = cloudPartnerFetch(auth)
  const bought = emulator.subscription({ plan: 'gold', status: 'Subscribed' })
  const now = emulator.clock.now()
  const event = (hoursAgo: number, resourceId: string = bought.id) => ({
    resourceId,
    quantity: 5,
    dimension: 'emails',
    effectiveStartTime: new Date(now - hoursAgo * 3_600_000).toISOString(),
    planId: 'gold',
  })
  const post = (path: string, body: unknown) =>
    send(`${marketplace.baseUrl}/api/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  expect((await post('usageEvent', event(1))).status).toBe(200)
  const repeated = await post('usageEvent', event(1))
  expect([repeated.status, await repeated.json()]).toMatchObject([409, { code: 'Conflict' }])
  const others = Array.from({ length: 5 }, () =>
    emulator.subscription({ plan: 'gold', status: 'Subscribed' }),
  )
  const many = others.flatMap(({ id }) => [1, 2, 3, 4, 5].map(hours => event(hours, id)))
  const batch = await post('batchUsageEvent', { request: many })
  const { result } = (await batch.json()) as { result: { status: string }[] }
  expect(result.map(({ status }) => status)).toEqual(many.map(() => 'Accepted'))
  expect((await post('batchUsageEvent', { request: [...many, event(6)] })).status).toBe(400)
  expectOneToken('metering')
})

test('undici has a report made and reads it', async () => {
  const dispatcher = new Agent({ factory: cloudPartnerFactory(auth) })
  const call = async (path: string, body?: object) => {
    const answer = await request(`${partnerCenterAnalytics.baseUrl}/v1/cmp/${path}`, {
      dispatcher,
      method: body ? 'POST' : 'GET',
      body: body ? JSON.stringify(body) : null,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.statusCode).toBe(200)
    const { value } = (await answer.body.json()) as { value: Record<string, string>[] }
    return value[0] ?? {}
  }
  const Query = 'SELECT UsageDate, SKU FROM ISVUsage TIMESPAN LAST_MONTH'
  const { queryId } = await call('ScheduledQueries', { Name: 'usage', Query })
  const report = { ReportName: 'once', QueryId: queryId, ExecuteNow: true }
  const { reportId } = await call('ScheduledReport', report)
  emulator.clock.advance(600_000)
  const done = await call(`ScheduledReport/execution/${reportId}`)
  expect(done).toMatchObject({ executionStatus: 'Completed' })
  // The link is for whoever has it: it is no path of the API, and gets no token.
  const { body } = await request(String(done['reportAccessSecureLink']), { dispatcher })
  expect(await body.text()).toContain('UsageDate,SKU')
  expect(emulator.otherRequests.at(-1)?.headers).not.toHaveProperty('authorization')
  expectOneToken('analytics')
  await dispatcher.close()
})

/** Expects each request of one API to have carried the one token there was. */
function expectOneToken(api: Parameters<Emulator['requestsTo']>[0]): void {
  const [issued, ...more] = emulator.tokenRequests
  expect(more).toEqual([])
  const seen = new Set(emulator.requestsTo(api).map(({ token }) => token?.id))
  expect(seen).toEqual(new Set([issued?.tokenId]))
  expect(emulator.requests).toHaveLength(emulator.requestsTo(api).length)
}

/** A publisher's webhook on loopback. */
async function webhookServer() {
  const events: { authorization: string; body: unknown }[] = []
  const server = createServer(async (received, response) => {
    events.push({
      authorization: received.headers.authorization ?? '',
      body: await json(received),
    })
    response.end()
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/webhook`, events, close: () => server.close() }
}
