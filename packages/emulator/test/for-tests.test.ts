import { afterEach, describe, expect, it } from 'vitest'
import { type Emulator, type EmulatorOptions, type Seed, startEmulator } from '../src/index.ts'
import { apiClient } from './api-client.ts'
import { audience, freshToken, requestToken, send } from './requests.ts'

const still = { clock: { now: () => Date.UTC(2026, 0, 10) } }

/** Leaves something behind of every kind. */
async function use(emulator: Emulator): Promise<void> {
  const saas = await apiClient(emulator, '20e940b3-4c77-4b0b-9a53-9e16a1b010a7')
  const graph = await apiClient(emulator, 'https://graph.microsoft.com')
  const portal = await apiClient(emulator, audience)
  const { id } = emulator.subscription({ plan: 'gold', status: 'Subscribed' })
  await saas('PATCH', `/api/saas/subscriptions/${id}?api-version=2018-08-31`, { planId: 'silver' })
  await emulator.marketplace.delivered()
  await graph('POST', '/rp/product-ingestion/configure?$version=2022-07-01', {
    resources: [
      { $schema: 'https://s/schema/property/2022-07-01', product: { externalId: 'contoso-vm' } },
    ],
  })
  await portal('POST', '/api/publishers/contoso/offers/contoso-vm/publish?api-version=2017-10-31')
  emulator.tenants[0]?.apps[0]?.rotateSecret()
  emulator.tenant({ domain: 'fabrikam.example' })
  emulator.publisher({ id: 'fabrikam' })
  emulator.offer('fabrikam', { id: 'box' })
  emulator.product({ externalId: 'box' })
  emulator.appProduct({ name: 'box' })
  emulator.saasOffer({ id: 'box' })
  emulator.faults.add({ type: 'throttle' })
  emulator.clock.advance(1_000)
  emulator.clock.speed(2)
}

describe('an emulator in tests', () => {
  it('has the same ids and secrets at each start', async () => {
    await using one = await startEmulator(still)
    await using other = await startEmulator(still)
    expect(one.state()).toEqual(other.state())
    const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = one.env
    expect(other.env).toMatchObject({ AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET })
    const { body } = await requestToken(one, 'v2')
    // Not the same keys, though: a token of one is nothing to the other.
    const path = '/api/publishers?api-version=2017-10-31'
    expect((await send(other, String(body['access_token']), path)).status).toBe(401)
    expect(one.subscription().id).toBe(other.subscription().id)
    expect(one.tenant().id).not.toBe(one.tenant().id)
    expect(one.tenants[0]?.apps[0]?.rotateSecret()).not.toBe(AZURE_CLIENT_SECRET)
  })

  it('tells what there is as data that does not change', async () => {
    await using emulator = await startEmulator(still)
    const before = emulator.state()
    expect(before).toMatchObject({
      now: Date.UTC(2026, 0, 10),
      tenants: [{ apps: [{ name: 'offer-automation', enabled: true }] }],
      publishers: [{ id: 'contoso', offers: [{ id: 'contoso-vm', status: 'neverPublished' }, {}] }],
      products: [{ externalId: 'contoso-vm', submissions: [] }],
      appProducts: [{ name: 'contoso-app' }],
      saasOffers: [{ id: 'contoso-cloud', plans: ['silver', 'gold'] }],
      subscriptions: [{ status: 'PendingFulfillmentStart' }, { status: 'Subscribed' }],
      webhooks: [],
      usageEvents: [],
      faults: [],
    })
    const copy = structuredClone(before)
    await use(emulator)
    expect(before).toEqual(copy)
    const after = emulator.state()
    expect(after).toMatchObject({
      tenants: [{}, { domain: 'fabrikam.example' }],
      publishers: [
        {
          offers: [
            { status: 'running', submissions: [{ type: 'publish', status: 'running' }] },
            {},
          ],
        },
        { id: 'fabrikam', offers: [{ id: 'box' }] },
      ],
      jobs: [{ result: 'pending' }],
      faults: [{ type: 'throttle' }],
    })
    expect(after.subscriptions.at(-1)?.operations).toMatchObject([
      { action: 'ChangePlan', status: 'InProgress' },
    ])
    expect(JSON.stringify(after)).not.toContain(emulator.env['AZURE_CLIENT_SECRET'])
  })

  it('is put back by a reset to how it was started, with the same ids', async () => {
    await using emulator = await startEmulator(still)
    const { env } = emulator
    const before = emulator.state()
    for (let round = 0; round < 3; round++) {
      await use(emulator)
      expect(emulator.state()).not.toEqual(before)
      emulator.reset()
      expect(emulator.state()).toEqual(before)
      expect(emulator.env).toEqual(env)
      expect(emulator.requests).toEqual([])
      expect(emulator.clock.factor).toBe(1)
    }
    expect((await requestToken(emulator, 'v2')).status).toBe(200)
  })

  it('takes the tokens that were issued before a reset', async () => {
    await using emulator = await startEmulator()
    const token = await freshToken(emulator)
    emulator.reset()
    const path = '/api/publishers?api-version=2017-10-31'
    expect((await send(emulator, token, path)).status).toBe(200)
  })

  it('has the requests of each API', async () => {
    await using emulator = await startEmulator()
    await use(emulator)
    expect(emulator.requestsTo('saas')).toMatchObject([
      { api: 'saas', method: 'PATCH', status: 202 },
    ])
    expect(emulator.requestsTo('product-ingestion')).toMatchObject([{ status: 202 }])
    expect(emulator.requestsTo('analytics')).toEqual([])
    expect(emulator.requests).toHaveLength(3)
    expect(emulator.requests[0]?.answer).toMatchObject({ basis: 'documented', status: 202 })
  })
})

describe('what is added in code', () => {
  it('is refused with the place where it is wrong', async () => {
    await using emulator = await startEmulator()
    const wrong = (add: () => unknown) => {
      let thrown: unknown
      try {
        add()
      } catch (error) {
        thrown = error
      }
      expect(thrown).toBeInstanceOf(TypeError)
      return (thrown as Error).message
    }
    // @ts-expect-error: planId is called plan here
    expect(wrong(() => emulator.subscription({ plann: 'gold' }))).toBe(
      'The subscription cannot be used. plann is not known; did you mean plan?',
    )
    expect(wrong(() => emulator.subscription({ plan: 'none' }))).toMatch(/has no plan none/)
    expect(wrong(() => emulator.subscription({ offer: 'none' }))).toMatch(/no SaaS offer none/)
    expect(wrong(() => emulator.saasOffer({ id: 'contoso-cloud' }))).toMatch(/already/)
    expect(wrong(() => emulator.offer('nobody', { id: 'x' }))).toMatch(/no publisher nobody/)
    expect(wrong(() => emulator.publisher({ id: 'contoso' }))).toMatch(/already/)
    expect(wrong(() => emulator.publisher({ id: 'a b' }))).toMatch(/The publisher .* id: Expected/)
    // @ts-expect-error: an external id is needed
    expect(wrong(() => emulator.product({ alias: 'x' }))).toMatch(/externalId is missing/)
    // @ts-expect-error: a name is needed
    expect(wrong(() => emulator.appProduct({}))).toMatch(/name is missing/)
    const [tenant] = emulator.tenants
    // @ts-expect-error: it is called clientId
    expect(wrong(() => tenant?.addApp({ clientid: 'x' }))).toMatch(/did you mean clientId\?/)
    // @ts-expect-error: it is called value
    expect(wrong(() => tenant?.apps[0]?.addSecret({ secret: 'x' }))).toMatch(/secret is not known/)
    expect(emulator.state().subscriptions).toHaveLength(2)
  })
})

describe('options', () => {
  it.each<[object, string]>([
    [{ prot: 1 }, 'prot is not known; did you mean port?'],
    [{ hots: 'x' }, 'hots is not known; did you mean host?'],
    [{ ownorigins: true }, 'ownorigins is not known; did you mean ownOrigins?'],
    [{ colour: 'red' }, 'colour is not known; there are port, host, seed, tls, ownOrigins'],
    [{ port: -1 }, 'port: '],
    [{ port: '80' }, 'port: '],
    [{ tls: 'yes' }, 'tls: '],
    [{ clock: {} }, 'clock of startEmulator() needs a function now()'],
    [{ clock: Date.now }, 'clock of startEmulator() needs a function now()'],
    [{ seed: { publishers: [{ idd: 'x' }] } }, 'publishers[0].idd is not known; did you mean id?'],
    [
      { seed: { saas: { subscriptions: [{ id: 'x' }] } } },
      'saas.subscriptions[0].id: Expected a GUID.',
    ],
    [
      { seed: { saas: { offers: [{ id: 'a', plans: [{ idd: 'b' }] }] } } },
      'saas.offers[0].plans[0].id',
    ],
    [{ seed: 1 }, 'The seed cannot be used.'],
    [{ seed: circular() }, 'nested too deeply'],
  ])('are refused where they are wrong: %j', async (options, message) => {
    const failed = startEmulator(options as EmulatorOptions)
    await expect(failed).rejects.toThrow(TypeError)
    await expect(failed).rejects.toThrow(message)
  })

  it.each([null, 4180, 'x'])('are an object, and not %j', async options => {
    await expect(startEmulator(options as unknown as EmulatorOptions)).rejects.toThrow(TypeError)
  })

  it('may come from a class of the user', async () => {
    class Settings {
      get host() {
        return '127.0.0.2'
      }
      get seed(): Seed {
        return { publishers: [{ id: 'mine' }] }
      }
    }
    await using emulator = await startEmulator(new Settings())
    expect(emulator.origin).toContain('//127.0.0.2:')
    expect(emulator.portal.publishers).toMatchObject([{ id: 'mine' }])
  })
})

describe('what Object.prototype has', () => {
  const polluted = Object.prototype as unknown as Record<string, unknown>
  const names = ['host', 'port', 'tls', 'seed', 'tenants', 'clientId', 'webhook', 'status', 'plan']
  afterEach(() => {
    for (const name of names) delete polluted[name]
  })

  it('counts as absent', async () => {
    polluted['host'] = 'example.invalid'
    polluted['port'] = 1
    polluted['tls'] = true
    polluted['seed'] = { publishers: [] }
    polluted['tenants'] = []
    polluted['clientId'] = 'x'
    polluted['webhook'] = 'https://evil.example/'
    polluted['status'] = 'Unsubscribed'
    polluted['plan'] = 'none'
    await using emulator = await startEmulator({ seed: { saas: { offers: [{ id: 'a' }] } } })
    const { id, status } = emulator.subscription({})
    for (const name of names) delete polluted[name]
    expect(emulator.origin).toMatch(/^http:\/\/127\.0\.0\.1:/)
    expect(emulator.portal.publishers).toHaveLength(1)
    expect(emulator.tenants[0]?.apps[0]?.clientId).toMatch(/^[\da-f-]{36}$/)
    expect(emulator.marketplace.offer('a')?.webhook).toBeUndefined()
    expect([id.length, status]).toEqual([36, 'PendingFulfillmentStart'])
  })
})

function circular(): object {
  const value: Record<string, unknown> = {}
  value['tenants'] = [value]
  return value
}
