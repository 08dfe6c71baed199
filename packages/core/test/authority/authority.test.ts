import { describe, expect, it } from 'vitest'
import {
  authorityHosts,
  clientAssertion,
  clientSecret,
  type ServicePrincipalOptions,
  tokenEndpoint,
} from '../../src/index.ts'
import { acquireOnce, failureOf, typeErrorOf } from '../fixtures/acquire.ts'
import { set, withCleanEnvironment } from '../fixtures/clean-environment.ts'

const tenantId = '11111111-2222-3333-4444-555555555555'
const clientId = '66666666-7777-8888-9999-000000000000'
const v1 = `${tenantId}/oauth2/token`
const v2 = `${tenantId}/oauth2/v2.0/token`

withCleanEnvironment()

describe('a token request goes to one computed URL, and nothing else is asked', () => {
  it.each<[string, Partial<ServicePrincipalOptions>, string]>([
    ['the public cloud by default', {}, 'https://login.microsoftonline.com'],
    [
      'the public cloud by name',
      { authorityHost: authorityHosts.public },
      'https://login.microsoftonline.com',
    ],
    [
      'US Government by name',
      { authorityHost: authorityHosts.usGovernment },
      'https://login.microsoftonline.us',
    ],
    [
      'China by name',
      { authorityHost: authorityHosts.china },
      'https://login.partner.microsoftonline.cn',
    ],
    ['any host', { authorityHost: 'https://login.example:8443' }, 'https://login.example:8443'],
    [
      'a region of the public cloud',
      { region: 'westeurope' },
      'https://westeurope.login.microsoft.com',
    ],
    [
      'a region of US Government',
      { region: 'usgovvirginia', authorityHost: authorityHosts.usGovernment },
      'https://usgovvirginia.login.microsoftonline.us',
    ],
    [
      'a region of China',
      { region: 'chinaeast2', authorityHost: authorityHosts.china },
      'https://chinaeast2.login.partner.microsoftonline.cn',
    ],
  ])('in %s', async (_, where, origin) => {
    expect(await urlsOf(tokenEndpoint, where)).toEqual([`${origin}/${v1}`])
    expect(await urlsOf(clientSecret, where)).toEqual([`${origin}/${v2}`])
  })

  it('by AZURE_AUTHORITY_HOST, and the option wins', async () => {
    set({ AZURE_AUTHORITY_HOST: authorityHosts.china })
    expect(await urlsOf(clientSecret, {})).toEqual([`${authorityHosts.china}/${v2}`])
    const authorityHost = authorityHosts.usGovernment
    expect(await urlsOf(clientSecret, { authorityHost })).toEqual([`${authorityHost}/${v2}`])
  })

  it('and an assertion is made for that very URL', async () => {
    const told: string[] = []
    for (const endpoint of ['v1', 'v2'] as const) {
      const { sending, urls } = recorder()
      const assertion = ({ tokenUrl }: { tokenUrl: string }) => {
        told.push(tokenUrl)
        return 'eyJ.a.b'
      }
      const region = 'westeurope'
      await acquireOnce(
        clientAssertion({ tenantId, clientId, assertion, endpoint, region, fetch: sending }),
      )
      expect(urls).toEqual(told.slice(-1))
    }
    expect(new Set(told).size).toBe(2)
  })
})

describe('an answer from where a redirect led', () => {
  it.each([clientSecret, tokenEndpoint])(
    'is not taken, though the fetch that was passed followed it',
    async make => {
      const following: typeof globalThis.fetch = async () => {
        const response = Response.json({ access_token: 'eyJ.a.b', expires_in: 3599 })
        return Object.defineProperty(response, 'redirected', { value: true })
      }
      const secret = 'Abc8Q~secret'
      const error = await failureOf(make({ tenantId, clientId, secret, fetch: following }))
      expect(error).toMatchObject({ code: 'authority_redirected', retryable: false })
    },
  )
})

describe('an authority that no secret may go to is a TypeError', () => {
  it.each<[string, Partial<ServicePrincipalOptions>]>([
    ['authorityHost', { authorityHost: 'http://login.example' }],
    ['authorityHost', { authorityHost: 'https://login.example/tenant' }],
    ['authorityHost', { authorityHost: 'https://user@login.example' }],
    ['authorityHost', { authorityHost: 'https://login.example?x=1' }],
    ['authorityHost', { authorityHost: 'login.example' }],
    ['authorityHost', { authorityHost: 42 as unknown as string }],
    ['tenantId', { tenantId: 'common' }],
    ['tenantId', { tenantId: 'contoso.com/../evil' }],
    ['region', { region: 'west europe' }],
    ['region', { region: 'westeurope.evil.example/' }],
    ['region', { region: '' }],
    ['clientId', { clientId: 'my-app' }],
  ])('that names %s: %j', (named, options) => {
    const secret = 'Abc8Q~secret'
    const message = typeErrorOf(() => clientSecret({ tenantId, clientId, secret, ...options }))
    expect(message).toContain(named)
  })
})

async function urlsOf(
  make: typeof clientSecret,
  where: Partial<ServicePrincipalOptions>,
): Promise<readonly string[]> {
  const { sending, urls } = recorder()
  const secret = 'Abc8Q~secret'
  await acquireOnce(make({ tenantId, clientId, secret, fetch: sending, ...where }))
  return urls
}

/** A `fetch` that answers with a token wherever it is sent to. */
function recorder() {
  const urls: string[] = []
  const sending: typeof globalThis.fetch = async url => {
    const { origin, pathname } = new URL(String(url))
    urls.push(origin + pathname)
    return Response.json({ access_token: 'eyJ.a.b', token_type: 'Bearer', expires_in: 3599 })
  }
  return { sending, urls }
}
