import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { attempt, authorized } from '../src/adapter.ts'
import { clientSecret, cloudPartnerAuth, type TokenEvent, tokenEndpoint } from '../src/index.ts'
import { failureOf } from './fixtures/acquire.ts'
import { fakeClient } from './fixtures/fake-client.ts'
import {
  type ReceivedTokenRequest,
  type Scripted,
  scriptedAuthority,
} from './fixtures/scripted-authority.ts'
import { partsOf, spellings } from './fixtures/spellings.ts'

const tenantId = '11111111-2222-3333-4444-555555555555'
const clientId = '66666666-7777-8888-9999-000000000000'
const api = { name: 'example', origins: ['https://api.example'], audience: 'api://example' }
const url = 'https://api.example/offers'
const token = 'eyJ.canaryToken.c2ln'
const body = { token_type: 'Bearer', expires_in: 3599, access_token: token }

// One that looks different in each encoding, and one that looks like any id.
const secrets = ['Canary~"secret" +/=&%ä', 'CanarySecretWithoutOddCharacters']

afterEach(() => {
  vi.useRealTimers()
})

describe.each([
  ['clientSecret', clientSecret],
  ['tokenEndpoint', tokenEndpoint],
])('no secret and no token shows in what %s() leads to', (_, make) => {
  describe.each(secrets)('for the secret %s', secret => {
    const form = (request: ReceivedTokenRequest) => new URLSearchParams(request.form).toString()
    it.each<[string, Scripted | ((request: ReceivedTokenRequest) => Scripted)]>([
      ['a token', { body }],
      ['a refusal', { status: 401, body: { error: 'invalid_client', error_codes: [7000215] } }],
      ['a redirect', { status: 307, headers: { location: '/elsewhere' } }],
      [
        'a refusal that says everything back',
        request => ({
          status: 400,
          headers: {
            'client-request-id': ascii(request.form['client_secret']),
            'x-ms-request-id': ascii(request.form['client_secret']),
          },
          body: { error: form(request), error_description: `You sent ${form(request)}` },
        }),
      ],
      [
        'a refusal that takes the secret for all it has to say',
        ({ form }) => ({
          status: 400,
          body: {
            error: form['client_secret'],
            error_description: form['client_secret'],
            error_codes: [form['client_secret']],
            correlation_id: form['client_secret'],
            trace_id: form['client_secret'],
            error_uri: form['client_secret'],
          },
        }),
      ],
      [
        'a token beside garbage',
        { body: { ...body, expires_in: 'soon', error: 'x', error_description: token } },
      ],
      ['a token with a line break', { body: { ...body, access_token: `${token}\r\nx: y` } }],
      ['a token of another kind', { body: { ...body, token_type: token } }],
    ])('%s', async (_, answer) => {
      await using authority = await scriptedAuthority(answer)
      const authorityHost = authority.origin
      const shown = await everythingShown(make({ tenantId, clientId, secret, authorityHost }))
      expectNoneOf(secret, shown)
    })

    it.each(spellings)('a refusal that says the secret back, written %s', async (_, spell) => {
      const written = spell(secret)
      await using authority = await scriptedAuthority({
        status: 400,
        headers: { 'x-ms-request-id': ascii(written).slice(0, 90) },
        body: {
          error: written,
          error_description: `AADSTS90023: You sent client_secret=${written}, which is wrong.`,
          correlation_id: written,
        },
      })
      const credential = make({ tenantId, clientId, secret, authorityHost: authority.origin })
      const shown = rendered(await failureOf(credential))
      expectNoneOf(secret, shown)
      for (const part of partsOf(written)) expect(shown).not.toContain(part)
    })

    it('a page that shows the request', async () => {
      await using authority = await scriptedAuthority(request => ({
        status: 400,
        body: `<pre>${form(request)}</pre>`,
      }))
      const credential = make({ tenantId, clientId, secret, authorityHost: authority.origin })
      const error = await failureOf(credential)
      expectNoneOf(secret, rendered(error))
      expect(error.message).toMatch(
        /answered 400 with text\/html, \d+ characters long, which is no JSON/,
      )
    })

    it('JSON that is no OAuth error', async () => {
      await using authority = await scriptedAuthority(request => ({
        status: 400,
        body: { message: `Blocked: ${form(request)}`, error_description: 'Blocked' },
      }))
      const credential = make({ tenantId, clientId, secret, authorityHost: authority.origin })
      const error = await failureOf(credential)
      expectNoneOf(secret, rendered(error))
      expect(error.message).toMatch(
        /HTTP 400: no OAuth error, but application\/json, \d+ characters/,
      )
      expect(error.message).not.toContain('Blocked')
    })

    it.each<[string, (body: string) => unknown]>([
      ['an error with the request in its message', body => new Error(`POST failed: ${body}`)],
      [
        'an error with the request hung on it',
        body => Object.assign(new Error('failed'), { config: { data: body }, request: { body } }),
      ],
      [
        'an error with the request in its cause',
        body => new TypeError('fetch failed', { cause: Object.assign(new Error(body), { body }) }),
      ],
      ['several errors', body => new AggregateError([new Error(body)], `all failed: ${body}`)],
      ['a text', body => body],
      ['an object', body => ({ body })],
      ['an error whose name is the request', body => Object.assign(new Error('x'), { name: body })],
      ['an error whose code is the request', body => Object.assign(new Error('x'), { code: body })],
    ])('a fetch of the user’s own that throws %s', async (_, thrown) => {
      vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] })
      const fetch: typeof globalThis.fetch = async (_url, init) => {
        throw thrown(String(init?.body))
      }
      const authorityHost = 'https://login.example'
      let ended = false
      const shown = everythingShown(
        make({ tenantId, clientId, secret, authorityHost, fetch }),
      ).finally(() => {
        ended = true
      })
      while (!ended) await vi.advanceTimersByTimeAsync(1_000)
      expectNoneOf(secret, await shown)
    })

    it('a secret that is read but cannot be used', async () => {
      const credential = make({ tenantId, clientId, secret: () => `${secret}\n` })
      expectNoneOf(secret, await everythingShown(credential))
    })
  })
})

/** Runs requests through an auth with this credential and gives whatever a log could get hold of. */
async function everythingShown(credential: ReturnType<typeof clientSecret>): Promise<string> {
  const events: TokenEvent[] = []
  const observe = (event: TokenEvent) => {
    events.push(event)
  }
  const auth = cloudPartnerAuth({ credential, apis: [api], observe })
  const errors: unknown[] = []
  const covering = auth.covering(url)
  const requests = [
    () => authorized(auth, fakeClient({ url, answers: [401, 200] })),
    () => authorized(auth, fakeClient({ url, answers: [401], replayable: false })),
    async () => void (await attempt(auth, { url, authorizationSet: false })),
    () => covering?.source.get(),
    () => credential.acquire({ audience: 'api://x', signal: new AbortController().signal }),
    () =>
      credential.acquire({
        audience: 'api://x',
        claims: 'no JSON',
        signal: new AbortController().signal,
      }),
  ]
  const results: unknown[] = []
  for (const request of requests) {
    try {
      results.push(await request())
    } catch (error) {
      errors.push(error)
    }
  }
  expect(events.length).toBeGreaterThan(0)
  return [credential, auth, covering, ...results, ...errors, ...events].map(rendered).join('\n')
}

function rendered(value: unknown): string {
  const { stack, message } = (value ?? {}) as Partial<Error>
  return [
    String(value),
    stack,
    message,
    JSON.stringify(value),
    inspect(value, { depth: Infinity, showHidden: true, getters: true }),
    inspect(value, { depth: Infinity, showHidden: true, customInspect: false }),
  ].join('\n')
}

function expectNoneOf(secret: string, shown: string): void {
  const forms = [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
    token,
  ]
  for (const form of forms) expect(shown).not.toContain(form)
}

/** What a header can hold. */
function ascii(text = ''): string {
  return text.replace(/[^ -~]/g, '?')
}
