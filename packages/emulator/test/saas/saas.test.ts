import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Emulator, type Seed, startEmulator } from '../../src/index.ts'
import { saasApi } from '../../src/saas/saas-api.ts'
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
const start = Date.UTC(2026, 0, 10, 12)
const seed: Seed = {
  tenants: [{ apps: [{}, { clientId: stranger.clientId, secrets: [{ value: stranger.secret }] }] }],
  saas: {
    offers: [
      {
        id: 'cloud',
        landingPage: 'https://contoso.example/signup?lang=en',
        plans: [
          { id: 'silver', perSeat: true, minQuantity: 2, maxQuantity: 20 },
          { id: 'gold', dimensions: ['emails'] },
        ],
      },
      { id: 'foreign', app: stranger.clientId },
    ],
    subscriptions: [
      { offer: 'foreign', id: '11111111-1111-4111-8111-111111111111', status: 'Subscribed' },
    ],
  },
}
const foreign = '11111111-1111-4111-8111-111111111111'

let emulator: Emulator
let saas: ApiClient
const seen = seenAnswers(saasApi)
beforeEach(async () => {
  emulator = await startEmulator({ seed, clock: { now: () => start } })
  const send = await apiClient(emulator, audience)
  saas = (method, path, body, headers) =>
    send(method, path.startsWith('http') ? path : `/api/saas/subscriptions${path}`, body, headers)
})
afterEach(() => {
  seen.note(emulator)
  return emulator.close()
})
afterAll(() => expect(seen.missing()).toEqual([]))

/** A webhook of an ISV: keeps what it is sent and answers what `answer` says. */
async function webhook(answer: () => number | Promise<number> = () => 200): Promise<{
  url: string
  events: { authorization: string; body: Record<string, unknown> }[]
  server: Server
}> {
  const events: { authorization: string; body: Record<string, unknown> }[] = []
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as Record<string, unknown>
    events.push({ authorization: request.headers.authorization ?? '', body })
    response.statusCode = await answer()
    response.end()
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/webhook`, events, server }
}

describe('SaaS fulfillment', () => {
  it('goes from a purchase over resolve and activate to a change by webhook and the end', async () => {
    const { url, events, server } = await webhook()
    const offer = emulator.marketplace.offer('cloud')
    if (offer) offer.webhook = url
    const bought = emulator.subscription({ offer: 'cloud', quantity: 5 })

    const landing = new URL(bought.landingPage)
    expect(landing.searchParams.get('lang')).toBe('en')
    const resolved = await saas('POST', `/resolve?${version}`, undefined, {
      'x-ms-marketplace-token': landing.searchParams.get('token') ?? '',
    })
    expect(resolved).toMatchObject({
      status: 200,
      body: {
        id: bought.id,
        offerId: 'cloud',
        planId: 'silver',
        quantity: 5,
        subscription: { saasSubscriptionStatus: 'PendingFulfillmentStart', publisherId: 'contoso' },
      },
    })

    const activated = await saas('POST', `/${bought.id}/activate?${version}`, {
      planId: 'silver',
      quantity: '5',
    })
    expect([activated.status, activated.text]).toEqual([200, ''])
    expect((await saas('GET', `/${bought.id}?${version}`)).body).toMatchObject({
      saasSubscriptionStatus: 'Subscribed',
      term: { startDate: '2026-01-10T00:00:00Z', endDate: '2026-02-09T00:00:00Z', termUnit: 'P1M' },
      created: '2026-01-10T12:00:00.0000000Z',
    })

    const change = await saas('PATCH', `/${bought.id}?${version}`, { planId: 'gold' })
    expect(change.status).toBe(202)
    const operation = change.headers.get('operation-location') ?? ''
    expect(operation).toMatch(new RegExp(`^${emulator.origin}/api/saas/.*\\?${version}$`))
    await emulator.marketplace.delivered()
    expect(events.map(({ body }) => body)).toMatchObject([
      {
        action: 'ChangePlan',
        status: 'InProgress',
        planId: 'gold',
        subscriptionId: bought.id,
        operationRequestSource: 'Partner',
        subscription: { planId: 'silver', saasSubscriptionStatus: 'Subscribed' },
      },
    ])
    const pending = await saas('GET', `/${bought.id}/operations?${version}`)
    expect(pending.body).toMatchObject({ operations: [{ action: 'ChangePlan' }] })
    expect((await saas('GET', operation)).body).toMatchObject({ status: 'InProgress' })
    expect((await saas('PATCH', operation, { status: 'Success' })).status).toBe(200)
    expect((await saas('GET', operation)).body).toMatchObject({ status: 'Succeeded' })
    expect((await saas('PATCH', operation, { status: 'Failure' })).status).toBe(409)
    expect((await saas('GET', `/${bought.id}/operations?${version}`)).body).toEqual({})
    expect(bought.planId).toBe('gold')

    expect((await saas('DELETE', `/${bought.id}?${version}`)).status).toBe(202)
    await emulator.marketplace.delivered()
    expect(events.at(-1)?.body).toMatchObject({ action: 'Unsubscribe', status: 'Succeeded' })
    expect(bought.status).toBe('Unsubscribed')
    expect((await saas('DELETE', `/${bought.id}?${version}`)).status).toBe(400)
    server.close()
  })

  it('signs its webhooks as Entra does, with a key that the authority publishes', async () => {
    const { url, events, server } = await webhook()
    const offer = emulator.saasOffer({ id: 'signed', webhook: url })
    const bought = emulator.subscription({ offer: 'signed', status: 'Subscribed' })
    await bought.suspend()
    const [event] = events
    const { tenantId, clientId } = offer
    const issuer = `${emulator.origin}/${tenantId}/v2.0`
    const configuration = await fetch(`${issuer}/.well-known/openid-configuration`)
    const { jwks_uri, issuer: published } = (await configuration.json()) as Record<string, string>
    expect(published).toBe(issuer)
    const token = event?.authorization.replace(/^Bearer /, '') ?? ''
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri ?? '')), {
      issuer,
      audience: clientId,
      currentDate: new Date(start),
    })
    expect(payload).toMatchObject({ azp: audience, tid: tenantId, ver: '2.0' })
    expect(Object.keys(payload)).not.toContain('appid')
    server.close()
  })

  it('accepts what a webhook took and nobody refused within ten seconds', async () => {
    const { url, server } = await webhook()
    emulator.saasOffer({
      id: 'quick',
      webhook: url,
      plans: [{ id: 'a', perSeat: true }, { id: 'b' }],
    })
    const bought = emulator.subscription({ offer: 'quick', status: 'Subscribed' })
    const { id } = await bought.changeQuantity(7)
    const at = `/${bought.id}/operations/${id}?${version}`
    emulator.clock.advance(9_999)
    expect((await saas('GET', at)).body).toMatchObject({ status: 'InProgress' })
    expect(bought.quantity).toBe(1)
    emulator.clock.advance(1)
    expect((await saas('GET', at)).body).toMatchObject({ status: 'Succeeded' })
    expect(bought.quantity).toBe(7)
    server.close()
  })

  it.each([
    ['a webhook that answers 4xx', 400, 'Failed'],
    ['a webhook that fails for eight hours', 500, 'Failed'],
  ])('lets a change fail with %s', async (_title, status, outcome) => {
    const { url, server } = await webhook(() => status)
    emulator.saasOffer({ id: 'sick', webhook: url, plans: [{ id: 'a' }, { id: 'b' }] })
    const bought = emulator.subscription({ offer: 'sick', status: 'Subscribed' })
    const { id } = await bought.changePlan('b')
    emulator.clock.advance(8 * 3_600_000)
    const later = await apiClient(emulator, audience)
    const path = `/api/saas/subscriptions/${bought.id}/operations/${id}?${version}`
    expect((await later('GET', path)).body).toMatchObject({ status: outcome })
    expect(bought.planId).toBe('a')
    expect(emulator.marketplace.webhooks).toMatchObject([{ status, action: 'ChangePlan' }])
    server.close()
  })

  it('does without a webhook, and with one that nobody answers', async () => {
    const bought = emulator.subscription({ status: 'Subscribed' })
    await bought.changePlan('gold')
    emulator.clock.advance(10_000)
    expect(bought.planId).toBe('gold')
    expect(emulator.marketplace.webhooks).toEqual([])
    const offer = emulator.saasOffer({ id: 'gone', plans: [{ id: 'a' }, { id: 'b' }] })
    offer.webhook = 'http://127.0.0.1:1/nobody'
    const other = emulator.subscription({ offer: 'gone', status: 'Subscribed' })
    expect(await other.changePlan('b')).toMatchObject({ webhook: { status: 0 } })
  })

  it('tells webhooks of what a customer and Microsoft do', async () => {
    const { url, events, server } = await webhook()
    emulator.saasOffer({ id: 'life', webhook: url })
    const bought = emulator.subscription({ offer: 'life', status: 'Subscribed' })
    await bought.renew()
    await bought.suspend()
    expect(bought.status).toBe('Suspended')
    await bought.reinstate()
    emulator.clock.advance(10_000)
    expect(bought.status).toBe('Subscribed')
    await bought.unsubscribe()
    expect(events.map(({ body }) => [body['action'], body['status']])).toEqual([
      ['Renew', 'Succeeded'],
      ['Suspend', 'Succeeded'],
      ['Reinstate', 'InProgress'],
      ['Unsubscribe', 'Succeeded'],
    ])
    await expect(bought.renew()).rejects.toThrow(/not possible while .* Unsubscribed/)
    server.close()
  })

  it('sends events to loopback only, unless told otherwise', async () => {
    const elsewhere = 'https://contoso.example/webhook'
    expect(() => emulator.saasOffer({ id: 'away', webhook: elsewhere })).toThrow(/webhooksAnywhere/)
    const offer = emulator.saasOffer({ id: 'home' })
    expect(() => {
      offer.webhook = 'http://127.0.0.1.evil.example/'
    }).toThrow(TypeError)
    expect(offer.webhook).toBeUndefined()
    await expect(
      startEmulator({ seed: { saas: { offers: [{ id: 'away', webhook: elsewhere }] } } }),
    ).rejects.toThrow(/webhooksAnywhere/)
    await using other = await startEmulator({ webhooksAnywhere: true })
    expect(other.saasOffer({ id: 'away', webhook: elsewhere }).webhook).toBe(elsewhere)
  })
})

describe('the token of a landing page', () => {
  it('holds for 24 hours, after decoding', async () => {
    const { purchaseToken } = emulator.subscription()
    const resolve = (token: string) =>
      saas('POST', `/resolve?${version}`, undefined, { 'x-ms-marketplace-token': token })
    expect((await resolve(encodeURIComponent(purchaseToken))).status).toBe(400)
    expect((await resolve(purchaseToken.slice(0, -4))).status).toBe(400)
    expect((await resolve('')).status).toBe(400)
    emulator.clock.advance(24 * 3_600_000 - 1)
    // The access token has expired by then: a fresh one.
    saas = await apiClient(emulator, audience)
    const late = (token: string) =>
      saas('POST', `/api/saas/subscriptions/resolve?${version}`, undefined, {
        'x-ms-marketplace-token': token,
      })
    expect((await late(purchaseToken)).status).toBe(200)
    emulator.clock.advance(1)
    expect((await late(purchaseToken)).status).toBe(400)
  })
})

describe('a list of subscriptions', () => {
  it('has pages of 100 that lead to one another', async () => {
    for (let made = 0; made < 205; made++) emulator.subscription()
    const ids = new Set<string>()
    const sizes: number[] = []
    let next: string | undefined = `?${version}`
    while (next !== undefined) {
      const { body } = await saas('GET', next)
      const page = body as { subscriptions: { id: string }[]; '@nextLink'?: string }
      sizes.push(page.subscriptions.length)
      for (const { id } of page.subscriptions) ids.add(id)
      next = page['@nextLink']
    }
    expect(sizes).toEqual([100, 100, 5])
    expect(ids.size).toBe(205)
    expect(ids).not.toContain(foreign)
    expect((await saas('GET', `?${version}&continuationToken=abc`)).status).toBe(400)
  })

  it('is an empty body when there are none', async () => {
    const { status, text } = await saas('GET', `?${version}`)
    expect([status, text]).toEqual([200, ''])
  })
})

describe('a plan', () => {
  it('is one of those that are listed', async () => {
    const { id } = emulator.subscription({ status: 'Subscribed' })
    const { body } = await saas('GET', `/${id}/listAvailablePlans?${version}`)
    expect(body).toMatchObject({
      plans: [
        { planId: 'silver', isPricePerSeat: true, minQuantity: 2, maxQuantity: 20 },
        { planId: 'gold', planComponents: { meteringDimensions: [{ id: 'emails' }] } },
      ],
    })
    const missing = await saas('GET', `/${crypto.randomUUID()}/listAvailablePlans?${version}`)
    expect([missing.status, missing.text]).toEqual([200, ''])
  })
})

describe('what is asked for wrongly', () => {
  const readOnly = { allowedCustomerOperations: ['Read'], status: 'Subscribed' } as const

  it('is refused with 400 by activate', async () => {
    const { id } = emulator.subscription()
    const activate = async (body: unknown) =>
      (await saas('POST', `/${id}/activate?${version}`, body)).status
    expect(await activate('{')).toBe(400)
    expect(await activate({})).toBe(400)
    expect(await activate({ planId: 'gold' })).toBe(400)
    expect(await activate({ planId: 'silver', quantity: 3 })).toBe(400)
    expect(await activate({ planId: 'silver', quantity: '' })).toBe(200)
    expect(await activate({ planId: 'silver' })).toBe(400)
    const gone = emulator.subscription({ status: 'Unsubscribed' })
    const answer = await saas('POST', `/${gone.id}/activate?${version}`, { planId: 'silver' })
    expect(answer.status).toBe(404)
  })

  it('is refused with 400 by a change', async () => {
    const { id } = emulator.subscription({ status: 'Subscribed' })
    const change = async (body: unknown, of = id) =>
      (await saas('PATCH', `/${of}?${version}`, body)).status
    expect(await change('[]')).toBe(400)
    expect(await change({})).toBe(400)
    expect(await change({ planId: 'gold', quantity: 3 })).toBe(400)
    expect(await change({ planId: 'silver' })).toBe(400)
    expect(await change({ planId: 'none' })).toBe(400)
    expect(await change({ quantity: 2 })).toBe(400)
    expect(await change({ quantity: 1 })).toBe(400)
    expect(await change({ quantity: 21 })).toBe(400)
    expect(await change({ quantity: 2.5 })).toBe(400)
    expect(await change({ quantity: 3 })).toBe(202)
    expect(await change({ planId: 'gold' }, emulator.subscription().id)).toBe(400)
    expect(await change({ planId: 'gold' }, emulator.subscription(readOnly).id)).toBe(400)
    const { id: locked } = emulator.subscription(readOnly)
    expect((await saas('DELETE', `/${locked}?${version}`)).status).toBe(400)
    await emulator.marketplace.delivered()
  })

  it('is 404 for what is not there, and 405 for another method', async () => {
    const { id } = emulator.subscription({ status: 'Subscribed' })
    const none = crypto.randomUUID()
    expect((await saas('GET', `/${none}?${version}`)).status).toBe(404)
    expect((await saas('GET', `/${id}/operations/${none}?${version}`)).status).toBe(404)
    const update = await saas('PATCH', `/${id}/operations/${none}?${version}`, {
      status: 'Success',
    })
    expect(update.status).toBe(404)
    const { id: operation } = await emulator.subscription({ status: 'Subscribed' }).suspend()
    expect(operation).not.toBe(none)
    expect((await saas('GET', `/${id}/none?${version}`)).status).toBe(404)
    const wrong = await saas('PUT', `/${id}?${version}`)
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, PATCH, DELETE'])
  })

  it('is refused with 400 by an operation that is neither accepted nor refused', async () => {
    const bought = emulator.subscription({ status: 'Subscribed' })
    const { id } = await bought.changePlan('gold')
    const path = `/${bought.id}/operations/${id}?${version}`
    expect((await saas('PATCH', path, { status: 'Succeeded' })).status).toBe(400)
    expect((await saas('PATCH', path, { status: 'Failure' })).status).toBe(200)
    expect(bought.planId).toBe('silver')
  })

  it('never ends the emulator, whatever the body', async () => {
    const { id } = emulator.subscription({ status: 'Subscribed' })
    await expectProperAnswers(saas, 'POST', `/${id}/activate?${version}`)
    await expectProperAnswers(saas, 'PATCH', `/${id}?${version}`)
    await expectProperAnswers(saas, 'POST', `/resolve?${version}`)
    await emulator.marketplace.delivered()
  })
})

describe('a refusal', () => {
  const text =
    'The authorization token is invalid, expired, missing or this request is attempting to access'

  it('is a 403 in the same words for no token, an expired, a revoked and a foreign one', async () => {
    const { id } = emulator.subscription()
    const path = `/api/saas/subscriptions/${id}?${version}`
    const none = bearerClient(emulator.origin, undefined)
    const portal = await apiClient(emulator, 'https://cloudpartner.azure.com')
    const revoked = await apiClient(emulator, audience)
    emulator.revokeTokens()
    for (const send of [none, portal, revoked]) {
      const { status, body, headers } = await send('GET', path)
      expect([status, headers.get('www-authenticate')]).toEqual([403, null])
      expect(body).toContain(text)
    }
    expect(emulator.requests.map(({ refused }) => refused)).toEqual([
      'The access token is missing.',
      expect.stringContaining('The audience'),
      'The access token has been revoked.',
    ])
    const fresh = await apiClient(emulator, audience)
    expect((await fresh('GET', path)).status).toBe(200)
  })

  it('is the same 403 for want of rights, which may be about one subscription', async () => {
    const bought = emulator.subscription()
    expect((await saas('GET', `/${bought.id}?${version}`)).status).toBe(200)
    const { status, body } = await saas('GET', `/${foreign}?${version}`)
    expect(status).toBe(403)
    expect(body).toContain(text)
    const other = await apiClient(emulator, audience, { fields: asStranger })
    const theirs = `/api/saas/subscriptions/${foreign}?${version}`
    expect((await other('GET', theirs)).status).toBe(200)
    const resolved = await other('POST', `/api/saas/subscriptions/resolve?${version}`, undefined, {
      'x-ms-marketplace-token': bought.purchaseToken,
    })
    expect(resolved.status).toBe(403)
  })

  it('comes before the version, which is then wanted in its own form', async () => {
    expect((await saas('GET', '')).body).toEqual({
      Error: {
        Code: 'ApiVersionUnspecified',
        Message: 'An API version is required, but was not specified.',
      },
    })
    const { status, body } = await saas('GET', '?api-version=2017-10-31')
    expect(status).toBe(400)
    expect(body).toMatchObject({ Error: { Code: 'UnsupportedApiVersion' } })
    expect((await saas('GET', '?API-Version=2018-08-31')).status).toBe(200)
  })

  it('keeps the ids of the request, or makes some', async () => {
    const named = await saas('GET', `?${version}`, undefined, {
      'x-ms-requestid': 'one',
      'x-ms-correlationid': 'two',
    })
    expect(named.headers.get('x-ms-requestid')).toBe('one')
    expect(named.headers.get('x-ms-correlationid')).toBe('two')
    const { headers } = await saas('GET', '')
    expect(headers.get('x-ms-requestid')).toMatch(/^[\da-f-]{36}$/)
  })

  it('of the emulator itself has the form of the service', async () => {
    emulator.faults.add({ type: 'error', status: 500, count: 1 })
    expect((await saas('GET', `?${version}`)).body).toMatchObject({
      error: { code: 'UnexpectedError' },
    })
    const huge = await saas('PATCH', `/${foreign}?${version}`, 'x'.repeat(5 * 1024 * 1024))
    expect(huge.status).toBe(413)
  })
})
