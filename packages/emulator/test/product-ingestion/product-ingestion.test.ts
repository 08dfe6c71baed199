import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, type Seed, startEmulator } from '../../src/index.ts'
import { productIngestionApi } from '../../src/product-ingestion/product-ingestion-api.ts'
import {
  type ApiClient,
  apiClient,
  asStranger,
  bearerClient,
  expectProperAnswers,
  stranger,
} from '../api-client.ts'
import { requestToken } from '../requests.ts'
import { seenAnswers } from '../seen-answers.ts'

const audience = 'https://graph.microsoft.com'
const start = Date.UTC(2026, 0, 10, 12)
const product = 'product/11111111-1111-4111-8111-111111111111'
const guid = product.slice('product/'.length)
const plan = `plan/${guid}/22222222-2222-4222-8222-222222222222`
const seed: Seed = {
  tenants: [{ apps: [{}, { clientId: stranger.clientId, secrets: [{ value: stranger.secret }] }] }],
  productIngestion: {
    jobDuration: 30_000,
    products: [
      {
        id: guid,
        externalId: 'vm',
        plans: [{ id: plan.split('/').at(-1) ?? '', externalId: 'standard' }],
        resources: [{ $schema: schema('property'), kind: 'azureVM' }],
      },
    ],
  },
}

let emulator: Emulator
let send: ApiClient
const seen = seenAnswers(productIngestionApi)
beforeEach(async () => {
  emulator = await startEmulator({ seed, clock: { now: () => start } })
  send = await apiClient(emulator, audience)
})
afterEach(() => {
  seen.note(emulator)
  return emulator.close()
})
afterAll(() => expect(seen.missing()).toEqual([]))

function schema(type: string, version = '2022-07-01'): string {
  return `https://schema.mp.microsoft.com/schema/${type}/${version}`
}

/** Sends a request whose path is relative to the API, with the version that the reference has for it. */
function call(method: string, path: string, body?: unknown) {
  const version = path.startsWith('resource-tree') ? '2022-03-01-preview5' : '2022-07-01'
  const separator = path.includes('?') ? '&' : '?'
  return send(method, `/rp/product-ingestion/${path}${separator}$version=${version}`, body)
}

const configure = (...resources: unknown[]) =>
  call('POST', 'configure', { $schema: schema('configure'), resources })

interface Job {
  readonly jobId: string
  readonly jobStatus: string
  readonly jobResult: string
  readonly errors: { readonly code: string; readonly message: string }[]
}

/** Configures, and waits as long as a job takes. */
async function configured(...resources: unknown[]): Promise<Job> {
  const { body } = await configure(...resources)
  const { jobId } = body as Job
  emulator.clock.advance(30_000)
  return (await call('GET', `configure/${jobId}/status`)).body as Job
}

describe('Product Ingestion', () => {
  it('goes from a draft over a job to preview and live', async () => {
    const tree = await call('GET', `resource-tree/${product}`)
    expect(tree.body).toMatchObject({
      $schema: schema('resource-tree', '2022-03-01-preview5'),
      root: product,
      target: { targetType: 'draft' },
      resources: [
        { id: product, identity: { externalId: 'vm' }, type: 'azureVirtualMachine' },
        { id: plan, product, alias: 'standard' },
        { id: `property/${guid}/public/main`, kind: 'azureVM' },
        { id: `submission/${guid}/0`, target: { targetType: 'draft' } },
      ],
    })

    const accepted = await configure({
      $schema: schema('virtual-machine-plan-technical-configuration'),
      product,
      plan,
      vmImageVersions: [{ versionNumber: '1.0.0' }],
    })
    expect(accepted).toMatchObject({
      status: 202,
      body: {
        $schema: schema('configure-status'),
        jobStatus: 'notStarted',
        jobResult: 'pending',
        jobStart: '2026-01-10T12:00:00.0000000Z',
        jobEnd: '0001-01-01T00:00:00',
        errors: [],
      },
    })
    const { jobId } = accepted.body as Job
    emulator.clock.advance(1)
    const running = await call('GET', `configure/${jobId}/status`)
    expect(running.body).toMatchObject({ jobStatus: 'running', jobResult: 'pending' })
    expect((await call('GET', `configure/${jobId}`)).status).toBe(400)
    emulator.clock.advance(60_000)
    const done = await call('GET', `configure/${jobId}/status`)
    expect(done.body).toMatchObject({
      jobStatus: 'completed',
      jobResult: 'succeeded',
      jobEnd: '2026-01-10T12:00:30.0000000Z',
      resourceUri: expect.stringContaining('virtual-machine-plan-technical-configuration/'),
    })
    const technical = `virtual-machine-plan-technical-configuration/${guid}/${plan.split('/').at(-1)}`
    expect((await call('GET', `configure/${jobId}`)).body).toMatchObject({
      resources: [{ id: technical }],
    })
    expect((await call('GET', technical)).body).toMatchObject({ product, plan })
    expect((await call('GET', `resource-tree/${product}?targetType=preview`)).status).toBe(404)

    const submission = (targetType: string, id?: string) => ({
      $schema: schema('submission'),
      ...(id !== undefined && { id }),
      product: { externalId: 'vm' },
      target: { targetType },
    })
    expect(await configured(submission('preview'))).toMatchObject({ jobResult: 'succeeded' })
    const { body } = await call('GET', `submission/${guid}?targetType=preview`)
    const [preview] = (body as { value: { id: string; status: string }[] }).value
    expect(preview).toMatchObject({ status: 'completed', result: 'succeeded' })
    expect(BigInt(preview?.id.split('/').at(-1) ?? 0)).toBeGreaterThan(Number.MAX_SAFE_INTEGER)

    expect(await configured(submission('live'))).toMatchObject({
      jobResult: 'failed',
      errors: [{ code: 'badRequest' }],
    })
    expect(await configured(submission('live', preview?.id))).toMatchObject({
      jobResult: 'succeeded',
    })
    const live = await call('GET', `resource-tree/${product}?targetType=live`)
    expect((live.body as { resources: unknown[] }).resources).toHaveLength(5)
    const all = await call('GET', `submission/product/${guid}`)
    expect(all.body).toMatchObject({
      value: [
        { id: `submission/${guid}/0`, target: { targetType: 'draft' } },
        { id: preview?.id, target: { targetType: 'live' } },
      ],
    })
  })

  it('creates a product with a plan and a listing in one payload', async () => {
    const job = await configured(
      {
        $schema: schema('product'),
        resourceName: 'new',
        identity: { externalId: 'app' },
        type: 'softwareAsAService',
        alias: 'App',
      },
      {
        $schema: schema('plan'),
        resourceName: 'newPlan',
        product: { resourceName: 'new' },
        identity: { externalId: 'basic' },
      },
      {
        $schema: schema('plan-listing'),
        product: { externalId: 'app' },
        plan: { externalId: 'basic' },
        name: 'Basic',
      },
      { $schema: schema('listing'), product: { resourceName: 'new' }, title: 'App' },
      {
        $schema: schema('listing-asset'),
        product: { resourceName: 'new' },
        type: 'azureLogoSmall',
      },
      {
        $schema: schema('listing-asset'),
        product: { resourceName: 'new' },
        type: 'azureLogoSmall',
      },
      { $schema: schema('listing-trailer'), product: { resourceName: 'new' } },
    )
    expect(job).toMatchObject({ jobResult: 'succeeded', errors: [] })
    const { body } = await call('GET', 'product?externalId=app')
    const [created] = (body as { value: { id: string }[] }).value
    const own = created?.id.slice('product/'.length)
    const ids = emulator.productIngestion.resources
      .map(({ id }) => id)
      .filter(id => id.includes(`/${own}`))
    const planId = ids
      .find(id => id.startsWith('plan/'))
      ?.split('/')
      .at(-1)
    expect(ids).toEqual([
      `product/${own}`,
      `plan/${own}/${planId}`,
      `plan-listing/${own}/public/main/${planId}/en-us`,
      `listing/${own}/public/main/default/en-us`,
      `listing-asset/${own}/public/main/default/en-us/azurelogosmall/1`,
      `listing-asset/${own}/public/main/default/en-us/azurelogosmall/2`,
      `listing-trailer/${own}/public/main/default/1`,
    ])
    const shown = await call('GET', ids[2] ?? '')
    expect(shown.body).not.toHaveProperty('resourceName')
  })

  it('publishes only what a payload names, on top of what was published', async () => {
    const preview = { $schema: schema('submission'), product, target: { targetType: 'preview' } }
    await configured(preview)
    await configured({ $schema: schema('property'), product, kind: 'changed' })
    await configured({ $schema: schema('plan'), id: plan, product, alias: 'renamed' }, preview)
    const { body } = await call('GET', `resource-tree/${product}?targetType=preview`)
    expect(body).toMatchObject({
      resources: [{ id: product }, { alias: 'renamed' }, { kind: 'azureVM' }, { target: {} }],
    })
  })

  it('deletes what was never published, with what belongs to it', async () => {
    const deleted = { $schema: schema('plan'), id: plan, product, lifecycleState: 'deleted' }
    await configured({ $schema: schema('plan-listing'), product, plan, name: 'x' })
    expect(await configured(deleted)).toMatchObject({ jobResult: 'succeeded' })
    expect((await call('GET', plan)).status).toBe(404)
    expect(emulator.productIngestion.resources).toHaveLength(2)
    await configured({ $schema: schema('submission'), product, target: { targetType: 'preview' } })
    const whole = { $schema: schema('product'), id: product, lifecycleState: 'deleted' }
    expect(await configured(whole)).toMatchObject({ errors: [{ code: 'conflict' }] })
  })

  it('has private offers', async () => {
    await configured({ $schema: schema('private-offer'), name: 'deal', state: 'live' })
    const { body } = await call('GET', 'private-offer/query')
    const [offer] = (body as { value: { id: string; name: string }[] }).value
    expect(offer?.name).toBe('deal')
    expect((await call('GET', offer?.id ?? '')).body).toEqual(offer)
    expect((await call('GET', 'private-offer/query?$top=x')).status).toBe(400)
  })
})

describe('a job', () => {
  it('is polled once a minute by the emulated clock, and told to wait otherwise', async () => {
    const { body } = await configure({ $schema: schema('property'), product })
    const path = `configure/${(body as Job).jobId}/status`
    expect((await call('GET', path)).status).toBe(200)
    const early = await call('GET', path)
    expect([early.status, early.headers.get('retry-after')]).toEqual([429, '60'])
    emulator.clock.advance(59_001)
    expect((await call('GET', path)).headers.get('retry-after')).toBe('1')
    emulator.clock.advance(999)
    expect((await call('GET', path)).body).toMatchObject({ jobStatus: 'completed' })
    emulator.clock.advance(-200_000)
    expect((await call('GET', path)).status).toBe(200)
  })

  it.each<[string, object, string]>([
    [
      'a product that is not there',
      { $schema: schema('plan'), product: 'product/none' },
      'notFound',
    ],
    [
      'a name that no resource has',
      { $schema: schema('plan'), product: { resourceName: 'x' } },
      'notFound',
    ],
    ['an unknown id of a plan', { $schema: schema('plan'), id: 'plan/x', product }, 'notFound'],
    ['an unknown id of a product', { $schema: schema('product'), id: 'product/x' }, 'notFound'],
    [
      'a plan without an external id',
      { $schema: schema('plan'), product },
      'schemaValidationError',
    ],
    [
      'a product without a type',
      { $schema: schema('product'), identity: { externalId: 'x' } },
      'schemaValidationError',
    ],
    [
      'an Azure application',
      { $schema: schema('product'), identity: { externalId: 'x' }, type: 'azureApplication' },
      'badRequest',
    ],
    [
      'an id of another product',
      { $schema: schema('listing'), id: 'listing/x', product },
      'invalidResource',
    ],
    [
      'a submission to nowhere',
      { $schema: schema('submission'), product, target: { targetType: 'draft' } },
      'badRequest',
    ],
  ])('fails for %s and changes nothing', async (_title, resource, code) => {
    const before = emulator.productIngestion.resources
    const job = await configured({ $schema: schema('property'), product, kind: 'new' }, resource)
    expect(job).toMatchObject({ jobStatus: 'completed', jobResult: 'failed', errors: [{ code }] })
    expect(emulator.productIngestion.resources).toEqual(before)
  })

  it('is refused whose payload has no schema', async () => {
    for (const resources of [undefined, [], {}, [{}], [{ $schema: 'x' }], [null]]) {
      const { status, body } = await call('POST', 'configure', { resources })
      expect(status).toBe(400)
      expect(body).toMatchObject({
        error: { code: 'badRequest', details: [{ code: 'schemaValidationError' }] },
      })
    }
    expect((await call('GET', 'configure/none/status')).status).toBe(404)
    expect((await call('GET', 'configure/none')).status).toBe(404)
  })

  it('never ends the emulator, whatever it holds', async () => {
    await expectProperAnswers(send, 'POST', '/rp/product-ingestion/configure?$version=2022-07-01')
    emulator.clock.advance(30_000)
    expect(emulator.productIngestion.jobs.length).toBeGreaterThan(0)
    expect((await call('GET', `resource-tree/${product}`)).status).toBe(200)
  })
})

describe('a list', () => {
  it('has pages that lead to one another', async () => {
    for (let made = 0; made < 204; made++)
      emulator.product({ externalId: `p${made}`, type: 'container' })
    const read = async (first: string) => {
      const sizes: number[] = []
      let next: string | undefined = first
      while (next !== undefined) {
        const { body } = next.startsWith('http') ? await send('GET', next) : await call('GET', next)
        const page = body as { value: unknown[]; '@nextLink'?: string }
        sizes.push(page.value.length)
        next = page['@nextLink']
        if (next !== undefined) expect(next).toContain('$version=2022-07-01')
      }
      return sizes
    }
    expect(await read('product')).toEqual([100, 100, 5])
    expect(await read('product?$maxpagesize=90&type=container')).toEqual([90, 90, 24])
    expect(await read('product?$top=3&$skip=203')).toEqual([2])
    for (const bad of [
      '$top=1&$maxpagesize=1',
      '$top=-1',
      '$maxpagesize=x',
      'continuationToken=x',
    ]) {
      expect((await call('GET', `product?${bad}`)).status).toBe(400)
    }
  })

  it('of plans needs a product', async () => {
    expect((await call('GET', 'plan')).status).toBe(400)
    expect((await call('GET', `plan?product=${product}&$top=x`)).status).toBe(400)
    for (const query of [`product=${product}`, `product=${guid}&externalId=standard`]) {
      expect((await call('GET', `plan?${query}`)).body).toMatchObject({ value: [{ id: plan }] })
    }
    expect((await call('GET', `plan?product=${product}&externalId=x`)).body).toEqual({ value: [] })
  })

  it('of submissions needs a product that there is', async () => {
    expect((await call('GET', 'submission/none')).status).toBe(404)
    expect((await call('GET', 'submission/product/none')).status).toBe(404)
    expect((await call('GET', `submission/${guid}?$maxpagesize=x`)).status).toBe(400)
    expect((await call('GET', `submission/product/${guid}?$top=x`)).status).toBe(400)
    expect((await call('GET', `resource-tree/${product}?targetType=none`)).status).toBe(400)
  })
})

describe('any request', () => {
  it('is refused as Microsoft Graph refuses', async () => {
    const none = bearerClient(emulator.origin, undefined)
    const path = '/rp/product-ingestion/product?$version=2022-07-01'
    const { status, body, headers } = await none('GET', path)
    expect(status).toBe(401)
    expect(body).toMatchObject({ error: { code: 'InvalidAuthenticationToken' } })
    expect(headers.get('www-authenticate')).toContain(
      'client_id="00000003-0000-0000-c000-000000000000"',
    )
    const other = await apiClient(emulator, '20e940b3-4c77-4b0b-9a53-9e16a1b010a7')
    expect((await other('GET', path)).status).toBe(401)
    const slash = await requestToken(emulator, 'v1', { resource: `${audience}/` })
    const withSlash = bearerClient(emulator.origin, String(slash.body['access_token']))
    expect((await withSlash('GET', path)).status).toBe(200)
  })

  it('names a version, with the dollar encoded or not', async () => {
    expect((await send('GET', '/rp/product-ingestion/product')).status).toBe(400)
    expect((await send('GET', '/rp/product-ingestion/product?$version=1')).status).toBe(400)
    expect((await send('GET', '/rp/product-ingestion/product?%24version=2022-07-01')).status).toBe(
      200,
    )
    expect(emulator.requests.map(({ apiVersion }) => apiVersion)).toEqual([
      undefined,
      '1',
      '2022-07-01',
    ])
  })

  it('is for apps that have a role', async () => {
    await using closed = await startEmulator({
      seed: { ...seed, productIngestion: { apps: [stranger.clientId] } },
    })
    const path = '/rp/product-ingestion/product?$version=2022-07-01'
    expect((await (await apiClient(closed, audience))('GET', path)).status).toBe(403)
    const theirs = await apiClient(closed, audience, { fields: asStranger })
    expect((await theirs('GET', path)).body).toEqual({ value: [] })
    seen.note(closed)
  })

  it('is 404, 405, 413 or a failure otherwise', async () => {
    expect((await call('GET', 'none')).status).toBe(404)
    const wrong = await call('DELETE', 'product')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET'])
    expect((await call('POST', 'configure', 'x'.repeat(5 * 1024 * 1024))).status).toBe(413)
    emulator.faults.add({ type: 'error', status: 500, count: 1 })
    expect((await call('GET', 'product')).body).toMatchObject({
      error: { code: 'internalServerError' },
    })
  })
})
