import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, type Seed, startEmulator } from '../../src/index.ts'
import { meteringApi } from '../../src/metering/metering-api.ts'
import {
  type ApiClient,
  apiClient,
  asStranger,
  bearerClient,
  expectProperAnswers,
  stranger,
} from '../api-client.ts'
import { seenAnswers } from '../seen-answers.ts'

const audience = '20e940b3-4c77-4b0b-9a53-9e16a1b010a7'
const version = 'api-version=2018-08-31'
const start = Date.UTC(2026, 0, 10, 12, 30)
const id = '22222222-2222-4222-8222-222222222222'
const foreign = '11111111-1111-4111-8111-111111111111'
const seed: Seed = {
  tenants: [{ apps: [{}, { clientId: stranger.clientId, secrets: [{ value: stranger.secret }] }] }],
  saas: {
    offers: [
      {
        id: 'cloud',
        plans: [{ id: 'gold', displayName: 'Gold', dimensions: ['emails', 'reports'] }],
      },
      { id: 'foreign', app: stranger.clientId, plans: [{ id: 'gold', dimensions: ['emails'] }] },
    ],
    subscriptions: [
      { id, offer: 'cloud', status: 'Subscribed' },
      { id: foreign, offer: 'foreign', status: 'Subscribed' },
    ],
  },
}

let emulator: Emulator
let metering: ApiClient
const seen = seenAnswers(meteringApi)
beforeEach(async () => {
  emulator = await startEmulator({ seed, clock: { now: () => start } })
  metering = await apiClient(emulator, audience)
})
afterEach(() => {
  seen.note(emulator)
  return emulator.close()
})
afterAll(() => expect(seen.missing()).toEqual([]))

const event = (change: object = {}) => ({
  resourceId: id,
  quantity: 5.5,
  dimension: 'emails',
  effectiveStartTime: '2026-01-10T08:15:00',
  planId: 'gold',
  ...change,
})
const post = (change: object = {}) => metering('POST', `/api/usageEvent?${version}`, event(change))
const batch = (events: unknown) =>
  metering('POST', `/api/batchUsageEvent?${version}`, { request: events })

describe('a usage event', () => {
  it('is accepted once for each resource, dimension and hour', async () => {
    const { status, body } = await post()
    expect(status).toBe(200)
    expect(body).toEqual({
      usageEventId: expect.stringMatching(/^[\da-f-]{36}$/),
      status: 'Accepted',
      messageTime: '2026-01-10T12:30:00.0000000Z',
      ...event(),
    })
    const { usageEventId } = body as { usageEventId: string }
    const repeated = await post({ effectiveStartTime: '2026-01-10T08:59:59.999Z', quantity: 1 })
    expect(repeated.status).toBe(409)
    expect(repeated.body).toEqual({
      additionalInfo: {
        acceptedMessage: {
          usageEventId,
          status: 'Duplicate',
          messageTime: '2026-01-10T12:30:00.0000000Z',
          ...event(),
        },
      },
      message: 'This usage event already exist.',
      code: 'Conflict',
    })
    expect((await post({ effectiveStartTime: '2026-01-10T09:00:00+00:00' })).status).toBe(200)
    expect((await post({ effectiveStartTime: '2026-01-10T10:00:00+02:00' })).status).toBe(409)
    expect((await post({ dimension: 'reports' })).status).toBe(200)
    expect(emulator.marketplace.usageEvents).toHaveLength(3)
  })

  it.each<[string, object, string]>([
    ['no resource', { resourceId: undefined }, 'ResourceId'],
    ['no dimension', { dimension: '' }, 'Dimension'],
    ['no plan', { planId: undefined }, 'PlanId'],
    ['no quantity', { quantity: '5' }, 'Quantity'],
    ['no time', { effectiveStartTime: undefined }, 'EffectiveStartTime'],
    ['a time that is none', { effectiveStartTime: 'yesterday' }, 'EffectiveStartTime'],
    [
      'a day that there is not',
      { effectiveStartTime: '2026-02-31T99:00:00' },
      'EffectiveStartTime',
    ],
    ['a time to come', { effectiveStartTime: '2026-01-10T12:30:01' }, 'EffectiveStartTime'],
    ['an hour long ago', { effectiveStartTime: '2026-01-09T12:29:59' }, 'EffectiveStartTime'],
    ['another plan', { planId: 'silver' }, 'PlanId'],
    ['another dimension', { dimension: 'faxes' }, 'Dimension'],
    ['a quantity of zero', { quantity: 0 }, 'Quantity'],
    ['an unknown resource', { resourceId: crypto.randomUUID() }, 'ResourceId'],
    ['a managed application', { resourceUri: '/subscriptions/x' }, 'ResourceUri'],
  ])('with %s is refused, and the member is named', async (_title, change, target) => {
    const { status, body } = await post(change)
    expect(status).toBe(400)
    expect(body).toMatchObject({
      code: 'BadArgument',
      target: 'usageEventRequest',
      details: [{ target, code: 'BadArgument' }],
    })
    expect(emulator.marketplace.usageEvents).toEqual([])
  })

  it('is for a subscription in use that is of the app', async () => {
    await emulator.marketplace.subscription(id)?.suspend()
    expect((await post()).status).toBe(400)
    const refused = await post({ resourceId: foreign })
    expect(refused).toMatchObject({
      status: 403,
      body: { message: 'Client is not authorized for this usage resource.', code: 'Forbidden' },
    })
    const theirs = await apiClient(emulator, audience, { fields: asStranger })
    const path = `/api/usageEvent?${version}`
    expect((await theirs('POST', path, event({ resourceId: foreign }))).status).toBe(200)
  })
})

describe('a batch', () => {
  it('has a status for each of up to 25 events', async () => {
    await post()
    const { status, body } = await batch([
      event({ dimension: 'reports' }),
      event(),
      event({ effectiveStartTime: '2026-01-01T00:00:00' }),
      event({ resourceId: crypto.randomUUID() }),
      event({ resourceId: foreign }),
      event({ dimension: 'faxes' }),
      event({ quantity: -1 }),
      null,
    ])
    expect(status).toBe(200)
    expect(body).toMatchObject({
      count: 8,
      result: [
        { status: 'Accepted' },
        { status: 'Duplicate', error: { code: 'Conflict' }, messageTime: '0001-01-01T00:00:00' },
        { status: 'Expired' },
        { status: 'ResourceNotFound' },
        { status: 'ResourceNotAuthorized' },
        { status: 'InvalidDimension' },
        { status: 'InvalidQuantity' },
        { status: 'BadArgument' },
      ],
    })
  })

  it('of more than 25 events is refused whole, as is one of none', async () => {
    const hours = Array.from({ length: 26 }, (_, hour) =>
      event({ effectiveStartTime: new Date(start - hour * 3_000_000).toISOString() }),
    )
    expect((await batch(hours)).status).toBe(400)
    expect(emulator.marketplace.usageEvents).toEqual([])
    expect((await batch(hours.slice(0, 25))).status).toBe(200)
    for (const none of [[], {}, undefined]) expect((await batch(none)).status).toBe(400)
  })

  it('never ends the emulator, whatever it holds', async () => {
    await expectProperAnswers(metering, 'POST', `/api/batchUsageEvent?${version}`)
    await expectProperAnswers(metering, 'POST', `/api/usageEvent?${version}`)
  })
})

describe('the list of usage events', () => {
  it('has the sums of each day, Submitted first and Accepted later', async () => {
    await post()
    await post({ effectiveStartTime: '2026-01-10T09:00:00', quantity: 2 })
    await post({ effectiveStartTime: '2026-01-09T20:00:00', quantity: 1 })
    const list = (query: string, send = metering) =>
      send('GET', `/api/usageEvents?${version}&${query}`)
    expect((await list('usageStartDate=2026-01-10')).body).toEqual([
      {
        usageDate: '2026-01-10T00:00:00Z',
        usageResourceId: id,
        dimension: 'emails',
        planId: 'gold',
        planName: '',
        offerId: 'cloud',
        offerName: '',
        offerType: 'SaaS',
        azureSubscriptionId: id,
        reconStatus: 'Submitted',
        submittedQuantity: 7.5,
        processedQuantity: 0,
        submittedCount: 2,
      },
    ])
    const both = await list('usageStartDate=2026-01-09T15:00&usageEndDate=2026-01-10')
    expect(both.body).toHaveLength(2)
    expect((await list('usageStartDate=2026-01-01&dimension=reports')).body).toEqual([])
    expect((await list('usageStartDate=2026-01-01&offerId=other')).body).toEqual([])
    expect((await list('UsageStartDate=2026-01-11')).body).toEqual([])
    for (const bad of ['', 'usageStartDate=soon', 'usageStartDate=2026-01-01&UsageEndDate=x']) {
      expect((await list(bad)).status).toBe(400)
    }
    emulator.clock.advance(2 * 86_400_000)
    const later = await apiClient(emulator, audience)
    const accepted = await list('usageStartDate=2026-01-10&reconStatus=Accepted', later)
    expect(accepted.body).toMatchObject([
      { reconStatus: 'Accepted', processedQuantity: 7.5, planName: 'Gold' },
    ])
    const theirs = await apiClient(emulator, audience, { fields: asStranger })
    expect((await list('usageStartDate=2026-01-01', theirs)).body).toEqual([])
  })
})

describe('any request', () => {
  it('is refused with 403 for its token, and with 400, 404 or 405 for the rest', async () => {
    const none = bearerClient(emulator.origin, undefined)
    const path = `/api/usageEvent?${version}`
    expect(await none('POST', path, event())).toMatchObject({
      status: 403,
      body: expect.stringContaining('The authorization token is invalid'),
    })
    expect((await metering('POST', '/api/usageEvent', event())).status).toBe(400)
    expect((await metering('POST', '/api/usageEvent?api-version=1', event())).status).toBe(400)
    expect((await metering('GET', `/api/usageEvent/none?${version}`)).status).toBe(404)
    expect((await metering('GET', path)).headers.get('allow')).toBe('POST')
    emulator.faults.add({ type: 'error', status: 500, on: 'metering', count: 1 })
    expect((await metering('POST', path, event())).status).toBe(500)
    expect((await metering('POST', path, 'x'.repeat(5 * 1024 * 1024))).status).toBe(413)
    expect(new Set(emulator.requests.map(({ api }) => api))).toEqual(new Set(['metering']))
  })
})
