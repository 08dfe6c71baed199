import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, type Seed, startEmulator } from '../../src/index.ts'
import { portalApi } from '../../src/portal/portal-api.ts'
import { freshToken, send } from '../requests.ts'
import { seenAnswers } from '../seen-answers.ts'

const start = Date.UTC(2026, 0, 1)
const plan = {
  planId: 'standard',
  'microsoft-azure-virtualmachines.vmImages': { '1.0.0': { osVhdUrl: 'https://i.example/1.vhd' } },
}
const seed: Seed = {
  publishers: [
    {
      id: 'contoso',
      offers: [
        { id: 'vm', definition: { displayText: 'VM', plans: [plan], leadSecret: 'canary' } },
        { id: 'old', migrated: false, definition: { plans: [plan] } },
        { id: 'core', offerTypeId: 'microsoft-azure-corevm' },
        { id: 'bare', definition: { plans: [{ planId: 'p1' }] } },
        { id: 'bare-old', migrated: false },
      ],
    },
  ],
}

let emulator: Emulator
let token: string
beforeEach(async () => {
  emulator = await startEmulator({ seed, clock: { now: () => start } })
  token = await freshToken(emulator)
})
const seen = seenAnswers(portalApi)
afterEach(() => {
  seen.note(emulator)
  return emulator.close()
})
afterAll(() => expect(seen.missing()).toEqual([]))

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
}

/** Sends a request whose path is relative to the offers of the publisher `contoso`. */
function call(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
  const separator = path.includes('?') ? '&' : '?'
  return at(
    method,
    `/api/publishers/contoso/offers${path}${separator}api-version=2017-10-31`,
    body,
    headers,
  )
}

async function at(method: string, url: string, body?: unknown, headers = {}): Promise<Answer> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await send(emulator, token, url, { method, headers, ...content })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  const parsed: unknown = isJson && text ? JSON.parse(text) : undefined
  return { status: response.status, headers: response.headers, text, body: parsed }
}

const location = (answer: Answer) => answer.headers.get('location') ?? ''

const definition = { displayText: 'New', plans: [plan] }
const offerTypeId = 'microsoft-azure-virtualmachines'

describe('any request', () => {
  it('meets the token, the version and the body before anything else', async () => {
    const plain = (path: string, init = {}) => fetch(`${emulator.origin}${path}`, init)
    expect((await plain('/api/offerTypes?api-version=2017-10-31')).status).toBe(401)
    expect((await at('GET', '/api/offerTypes')).status).toBe(400)
    expect((await at('GET', '/api/offerTypes?api-version=2018-08-31')).status).toBe(400)
    expect((await at('GET', '/api/offerTypes?api-version=2017-10-31')).status).toBe(200)
    expect((await at('GET', '/api/publishers?api-version=2017-10-31')).status).toBe(200)
    expect((await at('POST', '/api/echo?api-version=2017-10-31', {})).status).toBe(200)
    expect((await at('GET', '/api/none?api-version=2017-10-31')).status).toBe(404)
    expect((await at('GET', '/api/publishers/none/offers?api-version=2017-10-31')).status).toBe(403)
    emulator.faults.add({ type: 'error', status: 500, count: 1 })
    expect((await call('GET', '')).body).toMatchObject({ error: { code: 'InternalServerError' } })
    const huge = { text: 'x'.repeat(5 * 1024 * 1024) }
    expect((await call('PUT', '/huge', huge)).body).toMatchObject({
      error: { code: 'RequestEntityTooLarge' },
    })
  })
})

describe('GET …/offers', () => {
  it('shows never published offers as the service was seen to', async () => {
    const { body } = await call('GET', '')
    expect((body as unknown[])[0]).toEqual({
      offerTypeId,
      publisherId: 'contoso',
      status: 'neverPublished',
      id: 'vm',
      version: 0,
      definition: { displayText: 'VM' },
      changedTime: '2026-01-01T00:00:00.000',
      lockStatus: 'none',
      pcMigrationStatus: 'migrated',
      pcRedirectUri: '',
      isvUpgradeRequest: false,
      offerTypeVersionsOverride: {},
    })
  })

  it('shows them as documented on request', async () => {
    emulator.portal.answers = 'documented'
    const { body } = await call('GET', '')
    expect((body as unknown[])[0]).toEqual({
      offerTypeId,
      publisherId: 'contoso',
      status: 'neverPublished',
      id: 'vm',
      version: 1,
      definition: { displayText: 'VM' },
      changedTime: '2026-01-01T00:00:00.0000000Z',
    })
  })

  it('takes the OData filter on the type and refuses others', async () => {
    const filter = encodeURIComponent("offerTypeId eq 'microsoft-azure-corevm'")
    expect((await call('GET', `?$filter=${filter}`)).body).toMatchObject([{ id: 'core' }])
    expect((await call('GET', '?$filter=status%20eq%201')).status).toBe(400)
  })
})

describe('GET …/offers/{offerId}', () => {
  it('shows the draft with its ETag and without secrets', async () => {
    const { status, headers, body, text } = await call('GET', '/vm?includeAllPricing=true')
    expect(status).toBe(200)
    expect(headers.get('etag')).toBe(`W/"datetime'2026-01-01T00%3A00%3A00.0000000Z'"`)
    expect(body).toMatchObject({ id: 'vm', version: 1, definition: { plans: [plan] } })
    expect(text).not.toContain('canary')
  })

  it('is 404 for an offer that is not there', async () => {
    expect(await call('GET', '/none')).toMatchObject({
      status: 404,
      body: { error: { code: 'NotFound' } },
    })
  })
})

describe('PUT …/offers/{offerId}', () => {
  it('creates an offer', async () => {
    const { status, headers, body } = await call('PUT', '/new', {
      id: 'new',
      publisherId: 'contoso',
      offerTypeId,
      offerTypeVersions: { [offerTypeId]: 87 },
      definition,
      version: 5,
      eTag: 'x',
    })
    expect(status).toBe(201)
    expect(headers.get('etag')).toMatch(/^W\/"datetime'[^"]+'"$/)
    expect(body).toMatchObject({
      id: 'new',
      status: 'neverPublished',
      version: 1,
      definition,
      offerTypeVersions: { [offerTypeId]: 87 },
    })
    expect((await call('GET', '/new')).body).toEqual(body)
  })

  it('creates an offer with If-Match: * but with no other', async () => {
    const offer = { offerTypeId, definition }
    expect((await call('PUT', '/a', offer, { 'if-match': '*' })).status).toBe(201)
    expect((await call('PUT', '/b', offer, { 'if-match': 'W/"x"' })).status).toBe(412)
  })

  it('changes an offer under its ETag, which then changes', async () => {
    const etag = (await call('GET', '/vm')).headers.get('etag') ?? ''
    const offer = { offerTypeId, definition }
    const changed = await call('PUT', '/vm', offer, { 'if-match': etag })
    expect(changed.status).toBe(200)
    expect(changed.headers.get('etag')).not.toBe(etag)
    expect(await call('PUT', '/vm', offer, { 'if-match': etag })).toMatchObject({
      status: 412,
      body: { error: { code: 'PreconditionFailed' } },
    })
    expect((await call('PUT', '/vm', offer, { 'if-match': '*' })).status).toBe(200)
    expect((await call('GET', '/vm')).body).toMatchObject({ definition })
  })

  it('without If-Match on an existing offer is 409 as observed or 400 as documented', async () => {
    const offer = { offerTypeId, definition }
    expect(await call('PUT', '/vm', offer)).toMatchObject({
      status: 409,
      body: { error: { code: 'InvalidResourceId' } },
    })
    emulator.portal.answers = 'documented'
    expect((await call('PUT', '/vm', offer)).status).toBe(400)
  })

  it.each([
    [{ definition }, "The argument: 'OfferTypeId' cannot be null or empty."],
    [{ offerTypeId }, "The argument: 'Definition' cannot be null."],
    [
      { offerTypeId, definition, id: 'other' },
      "The argument: 'Id' is not the offer that the path names.",
    ],
    [
      { offerTypeId, definition, publisherId: 'x' },
      "The argument: 'PublisherId' is not the publisher that the path names.",
    ],
    [[], 'The body is not a JSON object.'],
    [undefined, 'The body is not a JSON object.'],
  ])('refuses %j', async (body, message) => {
    expect(await call('PUT', '/new', body)).toMatchObject({
      status: 400,
      body: { error: { code: 'BadRequest', message } },
    })
  })

  it('refuses what is not JSON', async () => {
    const url = '/api/publishers/contoso/offers/new?api-version=2017-10-31'
    const response = await send(emulator, token, url, { method: 'PUT', body: '{"offerTypeId":' })
    expect(response.status).toBe(400)
  })
})

describe('a publication', () => {
  it('runs through its steps, waits for sign-off and goes live', async () => {
    const metadata = { 'notification-emails': 'jdoe@contoso.com' }
    const published = await call('POST', '/vm/publish', { metadata })
    expect([published.status, published.text]).toEqual([202, ''])
    const path = location(published)
    expect(path).toMatch(
      /^\/api\/publishers\/contoso\/offers\/vm\/operations\/[0-9a-f-]{36}\?api-version=2017-10-31$/,
    )
    expect(published.headers.get('operation-location')).toBe(path)

    const progress = async () => {
      const { body } = await at('GET', path)
      const { status, steps } = body as { status: string; steps: { id: string; status: string }[] }
      return [status, ...steps.map(({ status }) => status)]
    }
    const done = 'complete'
    const idle = 'notStarted'
    expect(await progress()).toEqual(['running', 'inProgress', idle, idle, idle, idle, idle])
    emulator.clock.advance(2_000)
    expect(await progress()).toEqual(['running', done, 'inProgress', idle, idle, idle, idle])
    expect((await call('GET', '/vm/slot/Preview')).status).toBe(404)
    emulator.clock.advance(18_000)
    const waiting = 'waitingForPublisherReview'
    expect(await progress()).toEqual(['running', done, done, done, done, waiting, idle])
    expect((await call('GET', '/vm/slot/preview')).body).toMatchObject({ version: 1 })
    expect((await call('GET', '/vm/slot/Production')).status).toBe(404)

    const goLive = await call('POST', '/vm/golive')
    expect(goLive.status).toBe(202)
    expect(goLive.headers.get('operation-location')).toBe(emulator.origin + location(goLive))
    expect(await progress()).toEqual(['completed', done, done, done, done, done, idle])
    expect((await at('GET', location(goLive))).body).toMatchObject({ status: 'running' })
    emulator.clock.advance(10_000)
    expect((await at('GET', location(goLive))).body).toMatchObject({ status: 'completed' })
    expect((await call('GET', '/vm/slot/Production')).body).toMatchObject({
      version: 1,
      status: 'succeeded',
    })
  })

  it('is described step by step', async () => {
    const { headers } = await call('POST', '/vm/publish')
    emulator.clock.advance(7_000)
    const { body } = await at('GET', headers.get('location') ?? '')
    expect(body).toEqual({
      status: 'running',
      messages: [],
      publishingVersion: 2,
      offerVersion: 1,
      cancellationRequestState: 'canCancel',
      steps: expect.any(Array),
      previewLinks: [],
      liveLinks: [],
    })
    expect((body as { steps: unknown[] }).steps.slice(0, 2)).toEqual([
      {
        estimatedTimeFrame: '< 15 min',
        id: 'displaydummycertify',
        stepName: 'Validate Pre-Requisites',
        description: expect.any(String),
        status: 'complete',
        messages: [
          {
            messageHtml: 'Step completed.',
            level: 'information',
            timestamp: '2026-01-01T00:00:02.0000000Z',
          },
        ],
        progressPercentage: 100,
      },
      expect.objectContaining({
        id: 'displaycertify',
        status: 'inProgress',
        progressPercentage: 50,
      }),
    ])
    emulator.portal.answers = 'documented'
    expect((await at('GET', headers.get('location') ?? '')).body).toEqual([
      expect.objectContaining({ status: 'running' }),
    ])
  })

  it('that is repeated is the one that runs', async () => {
    const first = await call('POST', '/vm/publish')
    const second = await call('POST', '/vm/publish')
    expect(location(second)).toBe(location(first))
    expect((await call('GET', '/vm/submissions/')).body).toHaveLength(1)
  })

  it('gives the draft a new version and keeps the old one', async () => {
    await call('POST', '/vm/publish')
    await call('PUT', '/vm', { offerTypeId, definition }, { 'if-match': '*' })
    expect((await call('GET', '/vm')).body).toMatchObject({ version: 2, definition })
    expect((await call('GET', '/vm/versions/2')).body).toMatchObject({ version: 2 })
    expect((await call('GET', '/vm/versions/1')).body).toMatchObject({
      version: 1,
      definition: { displayText: 'VM' },
    })
    expect((await call('GET', '/vm/slot/Draft')).body).toMatchObject({ version: 2 })
    expect((await call('GET', '/vm/versions/3')).status).toBe(404)
    expect((await call('GET', '/vm/versions/x')).status).toBe(400)
    expect((await call('GET', '/vm/slot/x')).status).toBe(400)
  })

  it('of a plan without an image fails in certification', async () => {
    const path = location(await call('POST', '/bare/publish'))
    emulator.clock.advance(60_000)
    const { body } = await at('GET', path)
    expect(body).toMatchObject({ status: 'failed', cancellationRequestState: 'cannotCancel' })
    expect((body as { steps: unknown[] }).steps).toMatchObject([
      { status: 'complete' },
      {
        status: 'blocked',
        messages: [
          { messageHtml: 'No virtual machine image was found for the plan p1.', level: 'error' },
        ],
      },
      { status: 'notStarted' },
      { status: 'notStarted' },
      { status: 'notStarted' },
      { status: 'notStarted' },
    ])
    expect((await call('GET', '/bare/status')).body).toMatchObject({ status: 'failed' })
    expect((await call('POST', '/bare/golive')).status).toBe(400)
    expect(location(await call('POST', '/bare/publish'))).not.toBe(path)
  })

  it('of an offer without plans is 422, in plain text for a migrated one', async () => {
    const migrated = await call('POST', '/core/publish')
    expect(migrated.status).toBe(422)
    expect(migrated.text).toMatch(
      /^Microsoft\.Ingestion\.Api\.Common\.Exceptions\.Http422Exception/,
    )
    const other = await call('POST', '/bare-old/publish')
    expect([other.status, other.body]).toMatchObject([422, { error: { code: 'BadRequest' } }])
  })

  it('takes as long as it is told to', async () => {
    emulator.portal.stepDurations = {
      ...emulator.portal.stepDurations,
      displaydummycertify: 60_000,
    }
    const path = location(await call('POST', '/vm/publish'))
    emulator.clock.advance(30_000)
    expect((await at('GET', path)).body).toMatchObject({
      steps: [{ progressPercentage: 50 }, {}, {}, {}, {}, {}],
    })
  })

  it('has another location for an offer that was not migrated', async () => {
    const metadata = { 'notification-emails': 'a@contoso.com,b@contoso.com' }
    const published = await call('POST', '/old/publish', { metadata })
    const path = location(published)
    expect(path).toBe('/api/operations/contoso$old$2$preview?api-version=2017-10-31')
    expect((await at('GET', path)).body).toMatchObject({ status: 'running' })
    expect((await call('GET', '/old/status')).body).toMatchObject({
      notificationEmails: 'a@contoso.com,b@contoso.com',
    })
    const missing = '/api/operations/contoso$old$3$preview?api-version=2017-10-31'
    expect((await at('GET', missing)).status).toBe(404)
  })

  it('refuses a body that makes no sense', async () => {
    expect((await call('POST', '/vm/publish', [])).status).toBe(400)
    expect(
      (await call('POST', '/vm/publish', { metadata: { 'notification-emails': 1 } })).status,
    ).toBe(400)
  })
})

describe('GET …/status', () => {
  it('has the six steps before anything was published', async () => {
    const { body } = await call('GET', '/vm/status')
    expect(body).toMatchObject({ status: 'neverPublished', previewLinks: [], liveLinks: [] })
    expect((body as { steps: { id: string }[] }).steps.map(({ id }) => id)).toEqual([
      'displaydummycertify',
      'displaycertify',
      'displayprovision',
      'displaypackage',
      'publisher-signoff',
      'live',
    ])
  })

  it('says how far the offer is, with the sign-off as observed or as documented', async () => {
    await call('POST', '/vm/publish')
    emulator.clock.advance(20_000)
    const signOff = { id: 'publisher-signoff', status: 'waitingForPublisherReview' }
    const observed = (await call('GET', '/vm/status')).body
    expect(observed).toMatchObject({ status: 'running' })
    expect((observed as { steps: unknown[] }).steps).toContainEqual(
      expect.objectContaining({ ...signOff, stepName: 'publisher-signoff' }),
    )
    emulator.portal.answers = 'documented'
    const documented = (await call('GET', '/vm/status')).body
    expect(documented).toMatchObject({ status: 'waitingForPublisherReview' })
    expect((documented as { steps: unknown[] }).steps).toContainEqual(
      expect.objectContaining({ ...signOff, stepName: 'Publisher signoff' }),
    )
  })
})

describe('POST …/cancel', () => {
  it('cancels what runs and says where to look', async () => {
    const path = location(await call('POST', '/vm/publish'))
    expect((await call('POST', '/vm/cancel', { metadata: 1 })).status).toBe(400)
    const canceled = await call('POST', '/vm/cancel', { metadata: {} })
    expect([canceled.status, location(canceled)]).toEqual([202, path])
    expect(canceled.headers.get('operation-location')).toBe(emulator.origin + path)
    expect((await at('GET', path)).body).toMatchObject({
      status: 'canceled',
      steps: [{ status: 'canceled' }, {}, {}, {}, {}, {}],
    })
    emulator.clock.advance(60_000)
    expect((await call('GET', '/vm/status')).body).toMatchObject({ status: 'canceled' })
    expect((await call('GET', '/vm/slot/Preview')).status).toBe(404)
    expect((await call('POST', '/vm/cancel')).status).toBe(400)
  })

  it('is done at once when the offer only waits for its publisher', async () => {
    await call('POST', '/vm/publish')
    emulator.clock.advance(20_000)
    expect((await call('POST', '/vm/cancel')).status).toBe(200)
    expect((await call('POST', '/vm/golive')).status).toBe(400)
  })
})

describe('GET …/submissions/', () => {
  it('lists them with their 64-bit versions, the newest first', async () => {
    await call('POST', '/vm/publish')
    emulator.clock.advance(20_000)
    await call('POST', '/vm/golive')
    const { body, text } = await call('GET', '/vm/submissions/')
    expect(body).toMatchObject([
      { submissionType: 'goLive', submissionState: 'running', slot: 'production' },
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        offerId: 'vm',
        offerVersion: 1,
        offerTypeId,
        publisherId: 'contoso',
        submissionType: 'publish',
        submissionState: 'completed',
        publishingVersion: 2,
        slot: 'staging',
        definition: { metadata: {} },
        changedTime: '2026-01-01T00:00:20.0000000Z',
      },
    ])
    const [, digits = ''] = /"version":(\d+)/.exec(text) ?? []
    expect(digits).toBe('639028224200008314')
    expect(BigInt(digits) > BigInt(Number.MAX_SAFE_INTEGER)).toBe(true)
  })

  it('filters by status and by submissionState', async () => {
    await call('POST', '/vm/publish')
    await call('POST', '/vm/cancel')
    await call('POST', '/vm/publish')
    for (const name of ['status', 'submissionState']) {
      expect((await call('GET', `/vm/submissions/?${name}=running`)).body).toHaveLength(1)
      expect((await call('GET', `/vm/submissions/?${name}=Canceled`)).body).toHaveLength(1)
      expect((await call('GET', `/vm/submissions/?${name}=failed`)).body).toEqual([])
    }
    expect((await call('GET', '/vm/submissions')).body).toHaveLength(2)
  })
})

describe('GET …/operations/{operationId}', () => {
  it('is 404 for an operation that is not there', async () => {
    expect((await call('GET', `/vm/operations/${crypto.randomUUID()}`)).status).toBe(404)
  })
})

describe('the clock', () => {
  it('can be sped up and stopped', async () => {
    let real = start
    await using quick = await startEmulator({ clock: { now: () => real } })
    quick.clock.speed(3600)
    real += 1000
    expect(quick.clock.now()).toBe(start + 3_600_000)
    quick.clock.speed(0)
    real += 1000
    expect(quick.clock.now()).toBe(start + 3_600_000)
    quick.clock.advance(-1000)
    expect(quick.clock.now()).toBe(start + 3_599_000)
    expect(() => quick.clock.speed(-1)).toThrow(TypeError)
    expect(() => quick.clock.advance(Number.NaN)).toThrow(TypeError)
  })
})
