import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../../src/index.ts'
import type { Message, ShownState, ShownThing } from '../../src/page/protocol.ts'
import { type ApiClient, apiClient } from '../api-client.ts'

let emulator: Emulator
beforeEach(async () => {
  emulator = await startEmulator({ clock: { now: () => Date.UTC(2026, 0, 10, 12) } })
})
afterEach(() => emulator.close())

/** The first event that a page is told. */
async function told(): Promise<ShownState> {
  const response = await fetch(`${emulator.origin}/_emulator/events`)
  for await (const chunk of response.body ?? []) {
    const text = Buffer.from(chunk).toString()
    const data = /^data: (.*)$/m.exec(text)?.[1]
    if (data !== undefined) return (JSON.parse(data) as Message).state as ShownState
  }
  throw new Error('The page was told nothing.')
}

async function things(api: string, title: string): Promise<readonly Partial<ShownThing>[]> {
  const { groups } = await told()
  const found = groups.find(group => group.api === api && group.title === title)
  return found?.things.map(({ key: _, ...thing }) => thing) ?? []
}

describe('the page is told of', () => {
  it('every API, with the audiences of its tokens', async () => {
    expect((await told()).apis).toContainEqual({
      name: 'saas',
      title: 'SaaS fulfillment',
      audiences: ['20e940b3-4c77-4b0b-9a53-9e16a1b010a7'],
    })
  })

  it('offers and their submissions', async () => {
    const call = await apiClient(emulator, 'https://cloudpartner.azure.com')
    const path = '/api/publishers/contoso/offers/contoso-vm/publish?api-version=2017-10-31'
    expect((await call('POST', path)).status).toBe(202)
    emulator.clock.advance(7_000)
    const [published, other] = await things('portal', 'Offers')
    expect(published).toMatchObject({ name: 'contoso/contoso-vm', status: 'running', tone: 'info' })
    expect(published?.note).toMatch(/^Draft version \d · Certification \d+ %$/)
    expect(published?.steps?.map(({ status }) => status)).toEqual([
      'done',
      'running',
      'open',
      'open',
      'open',
      'open',
    ])
    expect(other).toMatchObject({ status: 'never published', tone: 'none' })
    expect(await things('portal', 'Submissions')).toMatchObject([
      { name: 'contoso-vm to preview', status: 'running' },
    ])
    emulator.clock.advance(60_000)
    expect(await things('portal', 'Submissions')).toMatchObject([
      { status: 'waiting for sign-off', tone: 'warn' },
    ])
  })

  it('products of Product Ingestion, their jobs and what they published', async () => {
    const call = await apiClient(emulator, 'https://graph.microsoft.com')
    const [product] = emulator.productIngestion.resources
    const configure = (...resources: unknown[]) =>
      call('POST', '/rp/product-ingestion/configure?$version=2022-07-01', {
        $schema: 'https://schema.mp.microsoft.com/schema/configure/2022-07-01',
        resources,
      })
    const $schema = 'https://schema.mp.microsoft.com/schema/submission/2022-07-01'
    await configure({ $schema, product: product?.id, target: { targetType: 'preview' } })
    expect(await things('product-ingestion', 'Jobs')).toMatchObject([{ status: 'running' }])
    emulator.clock.advance(60_000)
    await configure({ $schema, product: 'product/none', target: { targetType: 'preview' } })
    emulator.clock.advance(60_000)
    expect(await things('product-ingestion', 'Jobs')).toMatchObject([
      { name: 'configure', status: 'failed', tone: 'bad' },
      { status: 'succeeded', tone: 'good' },
    ])
    const [shown] = await things('product-ingestion', 'Products')
    expect(shown).toMatchObject({ name: 'Contoso VM', status: 'in preview' })
    expect(shown?.note).toMatch(/^azureVirtualMachine · 2 resources · product\//)
    expect(await things('product-ingestion', 'Submissions')).toMatchObject([
      { name: 'Contoso VM', status: 'in preview' },
    ])
  })

  it('products of the submission API and their submissions', async () => {
    const call = await apiClient(emulator, 'https://api.partner.microsoft.com')
    const [product] = emulator.submission.products
    const path = `/v1.0/ingestion/products/${product?.id}/submissions`
    const { body } = await call('POST', path, {})
    const steps = async () => {
      const [shown] = await things('submission', 'Submissions')
      return [shown?.status, ...(shown?.steps ?? []).map(({ status }) => status)]
    }
    expect(await steps()).toEqual(['on its way to preview', 'running', 'open'])
    emulator.clock.advance(30_000)
    expect(await steps()).toEqual(['in preview', 'done', 'waiting'])
    await call('POST', `${path}/${(body as { id: string }).id}/promote`)
    expect(await steps()).toEqual(['on its way to live', 'done', 'running'])
    emulator.clock.advance(30_000)
    expect(await steps()).toEqual(['live', 'done', 'done'])
    expect(await things('submission', 'Products')).toMatchObject([
      { name: 'contoso-app', status: 'live', note: expect.stringMatching(/^1 variant · /) },
    ])
  })

  it('subscriptions, webhooks and usage', async () => {
    const call = await apiClient(emulator, '20e940b3-4c77-4b0b-9a53-9e16a1b010a7')
    const [offer] = emulator.marketplace.offers
    await using webhook = await webhookServer(500)
    if (offer) offer.webhook = webhook.url
    const bought = emulator.subscription({ name: 'Tailspin', plan: 'silver', quantity: 1 })
    expect((await things('saas', 'Subscriptions'))[0]).toEqual({
      name: 'Tailspin',
      status: 'to be activated',
      tone: 'info',
      note: `silver · 1 seat · ${bought.id}`,
    })
    const path = `/api/saas/subscriptions/${bought.id}/activate?api-version=2018-08-31`
    await call('POST', path, { planId: 'silver', quantity: 1 })
    await bought.changePlan('gold')
    expect((await things('saas', 'Subscriptions'))[0]).toMatchObject({
      status: 'subscribed',
      note: expect.stringContaining('ChangePlan in progress'),
    })
    expect(await things('saas', 'Webhooks')).toEqual([
      { name: 'ChangePlan', status: '500', tone: 'bad', note: `Tailspin · ${webhook.url}` },
    ])
    const metered = emulator.marketplace.subscriptions.find(({ planId }) => planId === 'gold')
    await meter(call, String(metered?.id), 3)
    expect(await things('metering', 'Usage')).toEqual([
      {
        name: '3 emails',
        status: 'accepted',
        tone: 'good',
        note: `${metered?.name} · gold · 2026-01-10T11:00:00`,
      },
    ])
  })

  it('queries and reports', async () => {
    const call = await apiClient(emulator, 'https://api.partnercenter.microsoft.com')
    const Query = 'SELECT UsageDate, SKU FROM ISVUsage TIMESPAN LAST_MONTH'
    const saved = await call('POST', '/insights/v1/cmp/ScheduledQueries', { Name: 'used', Query })
    const { value } = saved.body as { value: { queryId: string }[] }
    await call('POST', '/insights/v1/cmp/ScheduledReport', {
      ReportName: 'once',
      QueryId: value[0]?.queryId,
      ExecuteNow: true,
    })
    expect(await things('analytics', 'Queries')).toEqual([
      { name: 'used', status: 'saved', tone: 'none', note: Query },
    ])
    const report = { name: 'once', note: expect.stringMatching(/^csv · once · used · /) }
    expect(await things('analytics', 'Reports')).toMatchObject([{ ...report, status: 'running' }])
    emulator.clock.advance(60_000)
    expect(await things('analytics', 'Reports')).toMatchObject([{ ...report, status: 'completed' }])
  })

  it('the newest of many, and how many more there are', async () => {
    for (let added = 0; added < 30; added++) emulator.subscription({ name: `Number ${added}` })
    const { groups } = await told()
    const subscriptions = groups.find(({ title }) => title === 'Subscriptions')
    expect(subscriptions?.things).toHaveLength(20)
    expect(subscriptions?.things[0]?.name).toBe('Number 29')
    expect(subscriptions?.more).toBe(emulator.marketplace.subscriptions.length - 20)
  })
})

function meter(call: ApiClient, resourceId: string, quantity: number) {
  return call('POST', '/api/usageEvent?api-version=2018-08-31', {
    resourceId,
    quantity,
    dimension: 'emails',
    planId: 'gold',
    effectiveStartTime: '2026-01-10T11:00:00',
  })
}

async function webhookServer(status: number): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status).end())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () => new Promise(resolve => server.close(() => resolve())),
  }
}
