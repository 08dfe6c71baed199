import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { authorized } from '../src/adapter.ts'
import {
  type Credential,
  clientAssertion,
  clientCertificate,
  cloudPartnerAuth,
  managedIdentity,
  type TokenEvent,
  tokenCredential,
  workloadIdentity,
} from '../src/index.ts'
import { unsent } from '../src/service-principal/unsent.ts'
import { failureOf } from './fixtures/acquire.ts'
import { makeCertificate } from './fixtures/certificate.ts'
import { set, withCleanEnvironment } from './fixtures/clean-environment.ts'
import { fakeClient } from './fixtures/fake-client.ts'
import {
  type ReceivedTokenRequest,
  type Scripted,
  scriptedAuthority,
} from './fixtures/scripted-authority.ts'

const tenantId = '11111111-2222-3333-4444-555555555555'
const clientId = '66666666-7777-8888-9999-000000000000'
const api = { name: 'example', origins: ['https://api.example'], audience: 'api://example' }
const url = 'https://api.example/offers'

const token = 'eyJ.canaryToken.c2ln'
const passphrase = 'canary-passphrase'
const identityHeader = 'canaryIdentityHeader'
const assertion = 'eyJ.canaryAssertion.c2ln'
const own = makeCertificate()
const pem = own.certificate + own.key({ passphrase })
const plainKey = own.key()
const folder = mkdtempSync(join(tmpdir(), 'canary-'))
const tokenFile = join(folder, 'token')
writeFileSync(tokenFile, assertion)
afterAll(() => rmSync(folder, { recursive: true }))

/** What may be seen nowhere. Each line of a key counts, whichever form the key is in. */
const canaries = [token, passphrase, identityHeader, assertion, ...lines(pem), ...lines(plainKey)]

withCleanEnvironment()
beforeEach(() => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation(() => expect.unreachable('something is printed'))
  return () => vi.restoreAllMocks()
})

type Make = (authorityHost: string, fetch?: typeof globalThis.fetch) => Credential

const makers: readonly (readonly [string, Make])[] = (['v1', 'v2'] as const)
  .flatMap((endpoint): (readonly [string, Make])[] => [
    [
      `clientCertificate(), ${endpoint}`,
      (authorityHost, fetch) =>
        clientCertificate({
          tenantId,
          clientId,
          authorityHost,
          fetch,
          endpoint,
          certificate: { pem: () => pem, passphrase, sendChain: true },
        }),
    ],
    [
      `clientAssertion(), ${endpoint}`,
      (authorityHost, fetch) =>
        clientAssertion({
          tenantId,
          clientId,
          authorityHost,
          fetch,
          endpoint,
          assertion: () => assertion,
        }),
    ],
    [
      `workloadIdentity(), ${endpoint}`,
      (authorityHost, fetch) =>
        workloadIdentity({ tenantId, clientId, authorityHost, fetch, endpoint, tokenFile }),
    ],
  ])
  .concat([
    [
      'managedIdentity(), App Service',
      (origin, fetch) => {
        set({ IDENTITY_ENDPOINT: `${origin}/msi/token`, IDENTITY_HEADER: identityHeader })
        return managedIdentity({ fetch })
      },
    ],
    [
      'managedIdentity(), IMDS',
      (origin, fetch) => {
        set({ AZURE_POD_IDENTITY_AUTHORITY_HOST: origin })
        return managedIdentity({ fetch })
      },
    ],
  ])

describe.each(makers)('no secret and no token shows in what %s leads to', (_, make) => {
  it.each<[string, Scripted | ((request: ReceivedTokenRequest) => Scripted)]>([
    ['a token', { body: tokenBody() }],
    ['a refusal', { status: 401, body: { error: 'invalid_client', error_codes: [700027] } }],
    ['a redirect', { status: 307, headers: { location: '/elsewhere' } }],
    [
      'a refusal that says everything back',
      request => ({
        status: 400,
        body: {
          error: said(request),
          error_description: `You sent ${said(request)}`,
          message: said(request),
          correlation_id: said(request),
          correlationId: said(request),
          trace_id: said(request),
        },
      }),
    ],
    [
      'a refusal that takes the proof for all it has to say',
      request => ({ status: 400, body: { error: proofOf(request), trace_id: proofOf(request) } }),
    ],
    ['a token with a line break', { body: { ...tokenBody(), access_token: `${token}\r\nx: y` } }],
    ['a token without an end', { body: { access_token: token, token_type: 'Bearer' } }],
  ])('%s', async (_, answer) => {
    await using authority = await scriptedAuthority(answer)
    const { shown, sent } = await everythingShown(make(authority.origin), authority.received)
    expectNone(shown, [...canaries, ...sent])
  })

  it('a page that shows the request', async () => {
    await using authority = await scriptedAuthority(request => ({
      status: 400,
      body: `<p>${said(request)}`,
    }))
    const error = await failureOf(make(authority.origin)) // once: such an answer is tried again for half a minute
    expectNone(rendered(error), canaries)
  })

  it.each<[string, (request: string) => unknown]>([
    ['an error with the request in its message', request => new Error(`failed: ${request}`)],
    [
      'an error with the request in name, code and cause',
      request =>
        Object.assign(new Error('failed', { cause: new Error(request) }), {
          name: request,
          code: request,
          request,
        }),
    ],
    ['a text', request => request],
  ])('a fetch of the user’s own that throws %s', async (_, thrown) => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] })
    try {
      const sent: string[] = []
      const fetch: typeof globalThis.fetch = async (_url, init) => {
        const form = new URLSearchParams(String(init?.body ?? ''))
        sent.push(...form.getAll('client_assertion'))
        const headers = JSON.stringify([...new Headers(init?.headers)])
        throw thrown(`${init?.body} ${form.get('client_assertion')} ${headers}`)
      }
      let ended = false
      const shown = everythingShown(make('https://login.example', fetch), []).finally(() => {
        ended = true
      })
      while (!ended) {
        await new Promise(setImmediate)
        await vi.advanceTimersByTimeAsync(1_000)
      }
      expectNone((await shown).shown, [...canaries, ...sent])
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('no secret shows in what is wrong with a proof', () => {
  const certificate = own.certificate
  it.each<[string, () => string]>([
    ['a key that is not whole', () => certificate + plainKey.slice(0, 600)],
    ['a key without a certificate', () => plainKey],
    ['the key of another', () => certificate + makeCertificate().key()],
    ['an encrypted key', () => pem],
    ['what is no PEM', () => `${passphrase}${identityHeader}`],
  ])('%s', async (_, read) => {
    const options = { tenantId, clientId, authorityHost: 'https://login.example' }
    const later = clientCertificate({
      ...options,
      certificate: { pem: read, passphrase: 'canary-wrong-passphrase' },
    })
    const { shown } = await everythingShown(later, [])
    let atOnce: unknown
    try {
      clientCertificate({ ...options, certificate: { pem: read() } })
    } catch (error) {
      atOnce = error
    }
    expect(atOnce).toBeInstanceOf(TypeError)
    expectNone(shown + rendered(atOnce), [...canaries, 'canary-wrong-passphrase', ...lines(read())])
  })

  it('an error of whoever is handed it, MSAL included', () => {
    for (const quoted of [pem, ...lines(pem)]) {
      const thrown = Object.assign(new Error(`cannot use ${quoted}`), {
        code: quoted,
        name: quoted,
      })
      expectNone(rendered(unsent(thrown, pem)), lines(pem))
    }
  })

  it('an assertion with something else around it', async () => {
    const options = { tenantId, clientId, authorityHost: 'https://login.example' }
    const credential = clientAssertion({ ...options, assertion: () => `Bearer ${assertion}` })
    expectNone((await everythingShown(credential, [])).shown, canaries)
  })
})

describe('no token shows in what a credential of one’s own leads to', () => {
  it.each<[string, unknown]>([
    ['a token', { token, expiresOnTimestamp: Date.now() + 3_600_000 }],
    ['a token with a line break', { token: `${token}\n`, expiresOnTimestamp: Date.now() + 1e6 }],
    ['an expired one', { token, expiresOnTimestamp: 1 }],
    ['one of another shape', { access_token: token }],
  ])('%s', async (_, given) => {
    const credential = tokenCredential({ getToken: async () => given as never })
    expectNone((await everythingShown(credential, [])).shown, canaries)
  })
})

/** Runs requests through an auth with this credential and gives whatever a log could get hold of. */
async function everythingShown(
  credential: Credential,
  received: readonly ReceivedTokenRequest[],
): Promise<{ readonly shown: string; readonly sent: readonly string[] }> {
  const events: TokenEvent[] = []
  const observe = (event: TokenEvent) => {
    events.push(event)
  }
  const auth = cloudPartnerAuth({ credential, apis: [api], observe })
  const signal = new AbortController().signal
  const requests = [
    () => authorized(auth, fakeClient({ url, answers: [401, 200] })),
    () => auth.covering(url)?.source.get(),
    () => credential.acquire({ audience: 'api://x', signal }),
    () => credential.acquire({ audience: 'api://x', claims: '{"access_token":{}}', signal }),
  ]
  const outcomes = []
  for (const request of requests) outcomes.push(await request()?.catch(thrown => thrown))
  expect(events.length).toBeGreaterThan(0)
  return {
    shown: [credential, auth, auth.covering(url), ...outcomes, ...events].map(rendered).join('\n'),
    // The assertions that were signed for these requests are known only now.
    sent: received.map(({ form }) => form['client_assertion'] ?? '').filter(Boolean),
  }
}

function rendered(value: unknown): string {
  const { stack, message } = (value ?? {}) as Partial<Error> // of whatever kind it is
  return [
    String(value),
    stack,
    message,
    JSON.stringify(value),
    inspect(value, { depth: Infinity, showHidden: true, getters: true }),
    inspect(value, { depth: Infinity, showHidden: true, customInspect: false }),
  ].join('\n')
}

function expectNone(shown: string, canaries: readonly string[]): void {
  expect(shown.length).toBeGreaterThan(100)
  for (const canary of canaries) {
    for (const form of [canary, encodeURIComponent(canary), Buffer.from(canary).toString('base64')])
      expect(shown.includes(form), `it shows ${form.slice(0, 12)}…`).toBe(false)
  }
}

function tokenBody() {
  return { token_type: 'Bearer', expires_in: 3599, access_token: token }
}

/** Everything secret that came with a token request. */
function said({ form, headers }: ReceivedTokenRequest): string {
  return `${new URLSearchParams(form)} ${form['client_assertion']} ${headers['x-identity-header']}`
}

function proofOf({ form, headers }: ReceivedTokenRequest): string {
  return form['client_assertion'] ?? String(headers['x-identity-header'])
}

function lines(pem: string): readonly string[] {
  return pem.split('\n').filter(line => line.length > 40 && !line.startsWith('-----'))
}
