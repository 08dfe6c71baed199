// Each mock answers as it does without our packages, and is asked with the token and the version.
import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import * as axiosPackage from '@cloud-partner-auth/axios'
import {
  cloudPartnerAuth,
  cloudPartnerFetch,
  cloudPartnerPortal,
  staticToken,
} from '@cloud-partner-auth/fetch'
import * as gotPackage from '@cloud-partner-auth/got'
import * as kyPackage from '@cloud-partner-auth/ky'
import { cloudPartnerInterceptor } from '@cloud-partner-auth/undici'
import axios from 'axios'
import MockAdapter from 'axios-mock-adapter'
import fetchMock from 'fetch-mock'
import got from 'got'
import ky from 'ky'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import nock from 'nock'
import {
  getGlobalDispatcher,
  MockAgent,
  request,
  setGlobalDispatcher,
  fetch as undiciFetch,
} from 'undici'

const auth = cloudPartnerAuth({ credential: staticToken('x') })
const origin = cloudPartnerPortal.baseUrl
const path = '/api/publishers/contoso/offers'
const version = { 'api-version': '2017-10-31' }

const portal = axios.create({ baseURL: origin })
portal.interceptors.request.use(axiosPackage.cloudPartnerInterceptor(auth))
const clients = {
  axios: async () => (await portal.get(path)).data,
  fetch: async () => (await cloudPartnerFetch(auth)(origin + path)).text(),
  got: () =>
    got
      .extend(gotPackage.cloudPartnerHooks(auth))(origin + path)
      .text(),
  ky: () =>
    ky
      .extend(kyPackage.cloudPartnerHooks(auth))(origin + path)
      .text(),
}

afterEach(() => nock.restore())

for (const [name, send] of Object.entries(clients)) {
  test(`nock answers ${name}`, async () => {
    if (!nock.isActive()) nock.activate()
    nock(origin, { reqheaders: { authorization: 'Bearer x' } })
      .get(path)
      .query(version)
      .reply(200, 'mocked')
    assert.equal(await send(), 'mocked')
  })

  test(`MSW answers ${name}`, async () => {
    const seen = []
    const server = setupServer(
      http.get(origin + path, ({ request }) => {
        seen.push(request.headers.get('authorization'), new URL(request.url).search)
        return HttpResponse.text('mocked')
      }),
    )
    server.listen({ onUnhandledRequest: 'error' })
    try {
      assert.equal(await send(), 'mocked')
      assert.deepEqual(seen, ['Bearer x', '?api-version=2017-10-31'])
    } finally {
      server.close()
    }
  })
}

test("undici's MockAgent answers fetch and request", async () => {
  const before = getGlobalDispatcher()
  const mocks = new MockAgent()
  mocks.disableNetConnect()
  const headers = { authorization: 'Bearer x' }
  mocks.get(origin).intercept({ path, query: version, headers }).reply(200, 'mocked').times(2)
  setGlobalDispatcher(mocks)
  try {
    const response = await cloudPartnerFetch(auth, { fetch: undiciFetch })(origin + path)
    assert.equal(await response.text(), 'mocked')
    const dispatcher = mocks.compose(cloudPartnerInterceptor(auth))
    const { body } = await request(origin + path, { dispatcher })
    assert.equal(await body.text(), 'mocked')
  } finally {
    setGlobalDispatcher(before)
  }
})

test('fetch-mock answers fetch and ky', async () => {
  fetchMock.mockGlobal().get(`${origin}${path}?api-version=2017-10-31`, 'mocked', {
    headers: { authorization: 'Bearer x' },
  })
  try {
    assert.equal(await clients.fetch(), 'mocked')
    assert.equal(await clients.ky(), 'mocked')
  } finally {
    fetchMock.unmockGlobal()
  }
})

test('axios-mock-adapter answers by the path and params as written', async () => {
  const client = axios.create({ baseURL: origin })
  client.interceptors.request.use(axiosPackage.cloudPartnerInterceptor(auth))
  new MockAdapter(client).onGet(path, { params: { top: 5 } }).reply(200, 'mocked')
  assert.equal((await client.get(path, { params: { top: 5 } })).data, 'mocked')
})
