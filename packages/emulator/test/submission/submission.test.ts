import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, type Seed, startEmulator } from '../../src/index.ts'
import { submissionApi } from '../../src/submission/submission-api.ts'
import {
  type ApiAnswer,
  type ApiClient,
  apiClient,
  bearerClient,
  expectProperAnswers,
  stranger,
} from '../api-client.ts'
import { seenAnswers } from '../seen-answers.ts'

const audience = 'https://api.partner.microsoft.com'
const base = '/v1.0/ingestion/products'
const seed: Seed = {
  submission: {
    previewDuration: 20_000,
    liveDuration: 10_000,
    products: [{ id: 'app', name: 'App', externalId: 'app-offer', variants: ['basic'] }],
  },
}

let emulator: Emulator
let send: ApiClient
const seen = seenAnswers(submissionApi)
beforeEach(async () => {
  emulator = await startEmulator({ seed, clock: { now: () => Date.UTC(2026, 0, 10) } })
  send = await apiClient(emulator, audience)
})
afterEach(() => {
  seen.note(emulator)
  return emulator.close()
})
afterAll(() => expect(seen.missing()).toEqual([]))

function call(
  method: string,
  path = '',
  body?: unknown,
  headers?: Record<string, string>,
): Promise<ApiAnswer> {
  return send(method, `${base}${path}`, body, headers)
}

interface Shown {
  readonly id: string
  readonly '@odata.etag': string
  readonly state: string
  readonly substate: string
}

const values = ({ body }: ApiAnswer) => (body as { value: Shown[] }).value

describe('the submission API', () => {
  it('goes from a module over a submission to preview and live', async () => {
    const found = await call(
      'GET',
      "?$filter=ExternalIDs/Any(i:i/Type eq 'AzureOfferId' and i/Value eq 'app-offer')",
    )
    expect(values(found)).toMatchObject([
      { id: 'app', name: 'App', resourceType: 'AzureApplication' },
    ])

    const branches = await call('GET', '/app/branches/getByModule(module=Listing)')
    const [listing, ofPlan] = (
      branches.body as { value: { currentDraftInstanceID: string; variantID?: string }[] }
    ).value
    expect(ofPlan?.variantID).toBe(emulator.submission.products[0]?.variants[0]?.id)
    const instance = `/app/listings/getByInstanceID(instanceID=${listing?.currentDraftInstanceID})`
    const [draft] = values(await call('GET', instance))
    const etag = draft?.['@odata.etag'] ?? ''
    const path = `/app/listings/${draft?.id}`
    const changed = await call('PUT', path, { summary: 'new' }, { 'if-match': etag })
    expect(changed).toMatchObject({
      status: 200,
      body: { resourceType: 'AzureListing', summary: 'new' },
    })
    expect(changed.headers.get('etag')).not.toBe(etag)
    expect((await call('PUT', path, { summary: 'newer' }, { 'if-match': etag })).status).toBe(412)
    const shown = await call('GET', path)
    expect(shown.body).toMatchObject({ summary: 'new' })
    expect(shown.headers.get('etag')).toBe(changed.headers.get('etag'))

    const created = await call('POST', '/app/submissions', {
      resourceType: 'SubmissionCreationRequest',
      targets: [{ type: 'Scope', value: 'preview' }],
      resources: [{ type: 'Listing', value: listing?.currentDraftInstanceID }],
      variantResources: [],
    })
    expect(created).toMatchObject({
      status: 201,
      body: { state: 'InProgress', substate: 'Submitted', targets: [{ value: 'preview' }] },
    })
    const { id } = created.body as Shown
    const one = `/app/submissions/${id}`
    expect((await call('POST', '/app/submissions', {})).status).toBe(409)
    expect((await call('POST', `${one}/promote`)).status).toBe(409)
    emulator.clock.advance(20_000)
    const ready = await call('GET', one)
    expect(ready.body).toMatchObject({ state: 'InProgress', substate: 'ReadyToPublish' })
    const stale = { 'if-match': created.headers.get('etag') ?? '' }
    expect((await call('POST', `${one}/promote`, undefined, stale)).status).toBe(412)
    const promoted = await call('POST', `${one}/promote`, undefined, {
      'if-match': ready.headers.get('etag') ?? '',
    })
    expect(promoted.body).toMatchObject({ targetEnvironment: 'Live', state: 'InProgress' })
    expect((await call('GET', one)).body).toMatchObject({
      substate: 'Publishing',
      targets: [{ value: 'live' }],
    })
    emulator.clock.advance(10_000)
    expect((await call('GET', one)).body).toMatchObject({
      state: 'Published',
      substate: 'InStore',
      publishedTimeInUtc: '2026-01-10T00:00:30.0000000Z',
    })
    const details = await call('GET', `${one}/workflowdetails`)
    expect(values(details)).toMatchObject([
      { targetEnvironment: 'Preview', state: 'Completed' },
      { targetEnvironment: 'Live', state: 'Completed' },
    ])
    for (const list of ['validations', 'reports']) {
      expect((await call('GET', `${one}/${list}`)).body).toEqual({ value: [] })
    }
    expect((await call('DELETE', one)).status).toBe(409)
    expect((await call('DELETE', '/app')).status).toBe(409)
    expect(values(await call('GET', '/app/submissions?state=Published'))).toHaveLength(1)
    expect(values(await call('GET', "/app/submissions?$filter=State eq 'InProgress'"))).toEqual([])
  })

  it('deletes a submission that is not live, if it is the one that was read', async () => {
    const { body, headers } = await call('POST', '/app/submissions')
    const one = `/app/submissions/${(body as Shown).id}`
    const etag = headers.get('etag') ?? ''
    expect((await call('DELETE', one, undefined, { 'if-match': '"other"' })).status).toBe(412)
    expect((await call('DELETE', one, undefined, { 'if-match': etag })).status).toBe(204)
    expect((await call('GET', one)).status).toBe(404)
  })
})

describe('a product', () => {
  it('is created once and deleted when nothing of it was submitted', async () => {
    const body = {
      resourceType: 'AzureApplication',
      name: 'New',
      externalIDs: [{ type: 'AzureOfferId', value: 'new-offer' }],
    }
    const created = await call('POST', '', body)
    expect(created).toMatchObject({ status: 201, body: { ...body, isModularPublishing: true } })
    expect((await call('POST', '', body)).status).toBe(409)
    for (const bad of [{}, { name: 'x' }, { name: '', resourceType: 'x' }, []]) {
      expect((await call('POST', '', bad)).status).toBe(400)
    }
    const one = `/${(created.body as Shown).id}`
    expect((await call('GET', one)).body).toEqual(created.body)
    expect((await call('DELETE', one)).status).toBe(204)
    expect((await call('GET', one)).status).toBe(404)
  })

  it('is listed in pages that lead to one another, with filters', async () => {
    for (let made = 0; made < 204; made++)
      emulator.appProduct({ name: `p${made}`, resourceType: 'AzureContainer' })
    const sizes: number[] = []
    let next: string | undefined = base
    while (next !== undefined) {
      const { body } = await send('GET', next)
      const page = body as { value: unknown[]; nextLink?: string; '@odata.nextLink'?: string }
      expect(page['@odata.nextLink']).toBe(page.nextLink)
      sizes.push(page.value.length)
      next = page.nextLink
    }
    expect(sizes).toEqual([100, 100, 5])
    const filter = (text: string) => call('GET', `?$filter=${encodeURIComponent(text)}`)
    expect(
      values(await filter("ResourceType eq 'AzureApplication' or ResourceType eq 'x'")),
    ).toHaveLength(1)
    expect((await filter("Name eq 'App'")).status).toBe(400)
    expect((await call('GET', '?$skipToken=x')).status).toBe(400)
  })

  it('has plans', async () => {
    const created = await call('POST', '/app/variants', {
      friendlyName: 'Gold',
      externalID: 'gold',
    })
    expect(created).toMatchObject({ status: 201, body: { resourceType: 'AzureSkuVariant' } })
    const one = `/app/variants/${(created.body as Shown).id}`
    expect((await call('POST', '/app/variants', { externalID: 'gold' })).status).toBe(409)
    expect((await call('POST', '/app/variants', '[]')).status).toBe(400)
    expect(values(await call('GET', '/app/variants'))).toHaveLength(2)
    expect((await call('GET', '/app/variants?$skipToken=x')).status).toBe(400)
    expect((await call('GET', one)).body).toEqual(created.body)
    expect((await call('PUT', one, { friendlyName: 'Golden' })).body).toMatchObject({
      friendlyName: 'Golden',
    })
    expect((await call('PUT', one, 'x')).status).toBe(400)
    const packages = await call('GET', '/app/branches/getByModule(module=package)')
    expect((packages.body as { value: unknown[] }).value).toHaveLength(3)
    expect((await call('DELETE', one)).status).toBe(204)
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect((await call(method, one, method === 'GET' ? undefined : {})).status).toBe(404)
  })

  it('has the modules that are listed and no others', async () => {
    expect(values(await call('GET', '/app/properties'))).toMatchObject([
      { resourceType: 'AzureProperty' },
    ])
    expect(values(await call('GET', '/app/productAvailabilities'))).toHaveLength(1)
    expect(values(await call('GET', '/app/featureavailabilities'))).toHaveLength(1)
    expect((await call('GET', '/app/cosellAssets')).status).toBe(404)
    expect((await call('GET', '/app/properties/none')).status).toBe(404)
    expect((await call('PUT', '/app/properties/none', {})).status).toBe(404)
    expect((await call('GET', '/app/branches/getByModule(module=Cosell)')).status).toBe(400)
    const [property] = values(await call('GET', '/app/properties'))
    expect((await call('PUT', `/app/properties/${property?.id}`, '{')).status).toBe(400)
    for (const folder of ['constructor', '__proto__', 'toString']) {
      expect((await call('GET', `/app/${folder}`)).status).toBe(404)
    }
  })
})

describe('any request', () => {
  it('is refused with 401 and an empty body, for its token and for want of a role', async () => {
    const refusals = [
      bearerClient(emulator.origin, undefined),
      bearerClient(emulator.origin, 'x'),
      await apiClient(emulator, 'https://graph.microsoft.com'),
    ]
    for (const refused of refusals) {
      const { status, text, headers } = await refused('GET', base)
      expect([status, text, headers.get('www-authenticate')]).toEqual([401, '', null])
    }
    await using closed = await startEmulator({
      seed: { submission: { apps: [stranger.clientId] } },
    })
    const { status, text } = await (await apiClient(closed, audience))('GET', base)
    expect([status, text]).toEqual([401, ''])
    expect(closed.requests[0]?.refused).toBe('The app has no role in this account.')
    seen.note(closed)
  })

  it('is 404, 405, 413 or a failure otherwise, and 400 for what makes no sense', async () => {
    expect((await call('GET', '/none')).status).toBe(404)
    expect((await send('GET', '/v1.0/ingestion/none')).status).toBe(404)
    const wrong = await call('PATCH', '/app')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, DELETE'])
    expect((await call('POST', '', 'x'.repeat(5 * 1024 * 1024))).status).toBe(413)
    emulator.faults.add({ type: 'error', status: 500, count: 1 })
    expect((await call('GET')).status).toBe(500)
    expect((await call('POST', '/app/submissions', '[')).status).toBe(400)
    expect((await call('GET', '/app/submissions?$skipToken=x')).status).toBe(400)
    expect((await call('GET', '/app/submissions?$filter=x')).status).toBe(400)
    const none = '/app/submissions/none'
    expect((await call('DELETE', none)).status).toBe(404)
    expect((await call('POST', `${none}/promote`)).status).toBe(404)
    for (const list of ['workflowdetails', 'validations', 'reports']) {
      expect((await call('GET', `${none}/${list}`)).status).toBe(404)
    }
  })

  it('keeps its Client-Request-ID', async () => {
    const { headers } = await call('GET', '', undefined, { 'client-request-id': 'mine' })
    expect(headers.get('client-request-id')).toBe('mine')
  })

  it('never ends the emulator, whatever it holds', async () => {
    await expectProperAnswers(send, 'POST', base)
    await expectProperAnswers(send, 'POST', `${base}/app/variants`)
    const [property] = values(await call('GET', '/app/properties'))
    await expectProperAnswers(send, 'PUT', `${base}/app/properties/${property?.id}`)
    await expectProperAnswers(send, 'POST', `${base}/app/submissions`)
  })
})
