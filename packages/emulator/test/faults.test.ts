import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, type Fault, startEmulator } from '../src/index.ts'
import { audience, freshToken, requestToken, send } from './requests.ts'

const path = '/api/offerTypes?api-version=2017-10-31'
let emulator: Emulator
let token: string
beforeAll(async () => {
  emulator = await startEmulator()
  token = await freshToken(emulator)
})
afterEach(() => {
  emulator.faults.clear()
  emulator.clearLog()
})
afterAll(() => emulator.close())

/** The statuses of so many requests to the portal, one after another. */
async function statuses(count: number, of = path): Promise<number[]> {
  const seen: number[] = []
  for (let sent = 0; sent < count; sent++) seen.push((await send(emulator, token, of)).status)
  return seen
}

describe('a fault', () => {
  it('applies to so many requests and is then used up', async () => {
    const added = emulator.faults.add({ type: 'error', count: 2 })
    expect(await statuses(3)).toEqual([503, 503, 200])
    expect(added.applied).toBe(2)
    expect(emulator.faults.active).toEqual([])
    expect(emulator.requests.map(({ fault }) => fault)).toEqual(['error', 'error', undefined])
  })

  it('applies to every request until it is removed', async () => {
    const added = emulator.faults.add({ type: 'error' })
    expect(await statuses(3)).toEqual([503, 503, 503])
    added.remove()
    expect(await statuses(1)).toEqual([200])
  })

  it('lets so many requests pass first', async () => {
    emulator.faults.add({ type: 'error', after: 2, count: 1 })
    expect(await statuses(4)).toEqual([200, 200, 503, 200])
  })

  it('is followed by the one that was added next', async () => {
    emulator.faults.add({ type: 'throttle', count: 1 })
    emulator.faults.add({ type: 'error', status: 500, count: 1 })
    expect(await statuses(3)).toEqual([429, 500, 200])
  })

  it('applies to the paths and the method that it names', async () => {
    emulator.faults.add({ type: 'error', path: '/API/publishers/*/offers', method: 'get' })
    const version = '?api-version=2017-10-31'
    expect(await statuses(1, `/api/publishers${version}`)).toEqual([200])
    expect(await statuses(1, `/api/publishers/contoso/offers${version}`)).toEqual([503])
    const put = await send(emulator, token, `/api/publishers/a/offers${version}`, { method: 'PUT' })
    expect(put.status).toBe(404)
  })

  it('leaves the authority alone unless it says otherwise', async () => {
    emulator.faults.add({ type: 'error' })
    expect((await requestToken(emulator, 'v2')).status).toBe(200)
    emulator.faults.add({ type: 'error', path: '*/oauth2/v2.0/token' })
    expect((await requestToken(emulator, 'v2')).status).toBe(503)
    expect((await requestToken(emulator, 'v1')).status).toBe(200)
    emulator.faults.add({ type: 'error', on: 'authority' })
    expect((await requestToken(emulator, 'v1')).status).toBe(503)
    expect(emulator.tokenRequests.at(-1)).toMatchObject({
      fault: 'error',
      status: 503,
      clientId: emulator.env['AZURE_CLIENT_ID'],
    })
  })

  it.each([
    [{ type: 'nothing' }, /type: There is no such fault; there are refuse, revoke, .*, answer\./],
    [{ type: 'trottle' }, /type: There is no fault trottle; did you mean throttle\?/],
    [{}, /type: A fault has a type: one of refuse, /],
    [{ type: { toString: 1 } }, /type: A fault has a type/],
    [{ type: 'slow' }, /delay is missing/],
    [{ type: 'error', count: 0 }, /count: /],
    [{ type: 'error', stauts: 500 }, /stauts is not known; did you mean status\?/],
    [{ type: 'redirect', to: 'elsewhere' }, /to: Expected "same-host"/],
    [{ type: 'error', path: 'api' }, /path: A path starts with/],
    [undefined, /A fault has a type/],
  ])('is refused when it makes no sense: %j', (fault, message) => {
    expect(() => emulator.faults.add(fault as Fault)).toThrow(TypeError)
    expect(() => emulator.faults.add(fault as Fault)).toThrow(message)
  })
})

describe('the fault', () => {
  it('"refuse" refuses a good token', async () => {
    emulator.faults.add({ type: 'refuse', count: 1 })
    const response = await send(emulator, token, path)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect(emulator.requests.at(-1)?.refused).toBe('The access token is refused.')
  })

  it('"refuse" on the authority refuses a good secret', async () => {
    emulator.faults.add({ type: 'refuse', on: 'authority' })
    expect((await requestToken(emulator, 'v2')).body).toMatchObject({ error_codes: [7000215] })
  })

  it('"revoke" revokes what was issued before the request', async () => {
    const revoked = await freshToken(emulator)
    emulator.faults.add({ type: 'revoke', count: 1 })
    expect((await send(emulator, revoked, path)).status).toBe(401)
    token = await freshToken(emulator)
    expect(await statuses(1)).toEqual([200])
  })

  it('"claims-challenge" is content with a token acquired with its claims', async () => {
    emulator.faults.add({ type: 'claims-challenge' })
    const response = await send(emulator, token, path)
    expect(response.status).toBe(401)
    const challenge = response.headers.get('www-authenticate') ?? ''
    const [, encoded = ''] =
      /^Bearer realm="", authorization_uri="[^"]+", error="insufficient_claims", claims="([^"]+)"$/.exec(
        challenge,
      ) ?? []
    const claims = Buffer.from(encoded, 'base64').toString()
    expect(JSON.parse(claims)).toEqual({
      access_token: { nbf: { essential: true, value: expect.stringMatching(/^\d+$/) } },
    })
    expect((await send(emulator, await freshToken(emulator), path)).status).toBe(401)
    const { body } = await requestToken(emulator, 'v2', { claims })
    expect((await send(emulator, String(body['access_token']), path)).status).toBe(200)
    expect(emulator.tokenRequests.at(-1)?.claims).toBe(claims)
  })

  it('"claims-challenge" takes claims of choice, which the token then carries', async () => {
    const claims = { access_token: { acrs: { essential: true, value: 'c1' } } }
    emulator.faults.add({ type: 'claims-challenge', claims })
    expect(await statuses(1)).toEqual([401])
    const wanted = { access_token: { ...claims.access_token, xms_cc: { values: ['cp1'] } } }
    const { body } = await requestToken(emulator, 'v2', { claims: JSON.stringify(wanted) })
    const renewed = String(body['access_token'])
    expect(decodeJwt(renewed)).toMatchObject({ acrs: ['c1'], xms_cc: ['cp1'] })
    expect((await send(emulator, renewed, path)).status).toBe(200)
  })

  it('"claims-challenge" on the authority is Conditional Access', async () => {
    const claims = { access_token: { capolids: { essential: true, values: ['1'] } } }
    emulator.faults.add({ type: 'claims-challenge', on: 'authority', claims })
    const { status, body } = await requestToken(emulator, 'v2')
    expect(status).toBe(400)
    expect(body).toMatchObject({
      error: 'invalid_grant',
      suberror: 'message_only',
      error_codes: [53003],
      claims: JSON.stringify(claims),
    })
  })

  it('"throttle" answers 429 with Retry-After', async () => {
    emulator.faults.add({ type: 'throttle' })
    const response = await send(emulator, token, path)
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '60'])
    expect(await response.json()).toMatchObject({ error: { code: 'TooManyRequests' } })
  })

  it('"throttle" on the authority answers in plain text', async () => {
    const date = 'Wed, 21 Oct 2026 07:28:00 GMT'
    emulator.faults.add({ type: 'throttle', on: 'authority', retryAfter: date })
    const response = await fetch(`${emulator.origin}/t/oauth2/token`, { method: 'POST' })
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, date])
    expect(await response.text()).toBe('Too Many Requests')
  })

  it('"error" answers in the words of the service', async () => {
    emulator.faults.add({ type: 'error', status: 500 })
    const response = await send(emulator, token, path)
    expect(await response.json()).toEqual({
      error: {
        code: 'InternalServerError',
        message: 'We cannot complete the request now, please try again later.',
      },
    })
    emulator.faults.add({ type: 'error', on: 'authority', status: 504, retryAfter: 3 })
    const { status, headers, body } = await requestToken(emulator, 'v1')
    expect([status, headers.get('retry-after')]).toEqual([504, '3'])
    expect(body).toMatchObject({ error: 'temporarily_unavailable', error_codes: [90033] })
  })

  it('"slow" answers after the delay', async () => {
    emulator.faults.add({ type: 'slow', delay: 1, count: 1 })
    expect(await statuses(1)).toEqual([200])
    emulator.clearLog()
    emulator.faults.add({ type: 'slow', delay: 3_600_000, count: 1 })
    const abort = new AbortController()
    const slow = send(emulator, token, path, { signal: abort.signal })
    await expect.poll(() => emulator.requests[0]?.body.complete).toBe(true)
    expect(await statuses(1)).toEqual([200])
    expect(emulator.requests.map(({ status }) => status)).toEqual([0, 200])
    abort.abort()
    await expect(slow).rejects.toThrow('aborted')
  })

  it('"reset" resets the connection', async () => {
    emulator.faults.add({ type: 'reset', count: 1 })
    await expect(send(emulator, token, path)).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) },
    })
    expect(emulator.requests).toMatchObject([{ status: 0, fault: 'reset' }])
    expect(await statuses(1)).toEqual([200])
  })

  it('"half-body" ends the connection in the middle of the answer', async () => {
    emulator.faults.add({ type: 'half-body', count: 1 })
    const response = await send(emulator, token, path)
    expect(response.status).toBe(200)
    await expect(response.json()).rejects.toThrow('terminated')
  })

  it('"hang" reads the request and never answers', async () => {
    emulator.faults.add({ type: 'hang', count: 1 })
    const abort = new AbortController()
    const init = { method: 'POST', body: 'x', signal: abort.signal }
    const answer = send(emulator, token, path, init)
    await expect.poll(() => emulator.requests[0]?.body).toMatchObject({ bytes: 1, complete: true })
    abort.abort()
    await expect(answer).rejects.toThrow('aborted')
    expect(emulator.requests[0]?.status).toBe(0)
  })

  it('"html" answers with a page', async () => {
    emulator.faults.add({ type: 'html', count: 1 })
    emulator.faults.add({ type: 'html', status: 502, on: 'authority' })
    const response = await send(emulator, token, path)
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ])
    expect(await response.text()).toMatch(/^<!DOCTYPE html>/)
    const answer = await fetch(`${emulator.origin}/t/oauth2/token`, { method: 'POST' })
    expect(answer.status).toBe(502)
  })

  it('"skew" puts a service ahead of its time or behind', async () => {
    emulator.faults.add({ type: 'skew', by: 2 * 3_600_000, count: 1 })
    const response = await send(emulator, token, path)
    expect(response.status).toBe(401)
    const ahead = Date.parse(response.headers.get('date') ?? '') - emulator.clock.now()
    expect(Math.round(ahead / 3_600_000)).toBe(2)
    emulator.faults.add({ type: 'skew', by: 600_000, on: 'authority', count: 1 })
    expect((await send(emulator, await freshToken(emulator), path)).status).toBe(401)
    expect(emulator.requests.at(-1)?.refused).toBe('The access token is not valid yet.')
  })

  it('"expire-early" issues a token that ends before it is said to', async () => {
    emulator.faults.add({ type: 'expire-early', lifetime: 60_000, count: 1 })
    const { body } = await requestToken(emulator, 'v2')
    expect(body['expires_in']).toBe(3599)
    const early = String(body['access_token'])
    const { iat = 0, exp } = decodeJwt(early)
    expect(exp).toBe(iat + 60)
  })

  it('"same-token" hands out the last token again', async () => {
    const { body } = await requestToken(emulator, 'v1')
    emulator.faults.add({ type: 'same-token', count: 1 })
    expect((await requestToken(emulator, 'v2')).body['access_token']).toBe(body['access_token'])
    expect((await requestToken(emulator, 'v2')).body['access_token']).not.toBe(body['access_token'])
  })

  it.each([
    ['same-host', 302, (): string => emulator.origin + path],
    [
      'other-host',
      undefined,
      (): string => emulator.origin.replace('127.0.0.1', 'localhost') + path,
    ],
    ['http', 308, (): string => emulator.origin + path],
    ['https://elsewhere.example/x', 301, (): string => 'https://elsewhere.example/x'],
  ] as const)('"redirect" leads to %s', async (to, status, location) => {
    emulator.faults.add({ type: 'redirect', to, ...(status && { status }), count: 1 })
    const response = await send(emulator, token, path, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([status ?? 307, location()])
  })

  it('"redirect" to another host arrives there, without the token of a careful client', async () => {
    emulator.faults.add({ type: 'redirect', to: 'other-host', count: 1 })
    await send(emulator, token, path)
    const port = new URL(emulator.origin).port
    expect(
      emulator.requests.map(({ status, headers }) => [
        status,
        headers['host'],
        headers['authorization'],
      ]),
    ).toEqual([
      [307, `127.0.0.1:${port}`, 'Bearer'],
      [401, `localhost:${port}`, undefined],
    ])
  })

  it('"redirect" of a token request leads to the same path elsewhere', async () => {
    emulator.faults.add({ type: 'redirect', to: 'https://elsewhere.example/', on: 'authority' })
    const url = `${emulator.origin}/${emulator.env['AZURE_TENANT_ID']}/oauth2/v2.0/token`
    const response = await fetch(url, { method: 'POST', redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([
      307,
      'https://elsewhere.example/',
    ])
  })

  it('"answer" answers whatever it is told to', async () => {
    emulator.faults.add({
      type: 'answer',
      on: 'authority',
      body: { token_type: 'Bearer', expires_in: 'soon', access_token: '' },
    })
    expect(await requestToken(emulator, 'v2')).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', expires_in: 'soon', access_token: '' },
    })
    emulator.faults.add({ type: 'answer', status: 418, headers: { 'x-a': 'b' }, body: 'tea' })
    const response = await send(emulator, token, path)
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([
      418,
      'b',
      'tea',
    ])
  })
})

describe('closing', () => {
  it('ends what hangs and what waits', async () => {
    const other = await startEmulator()
    other.faults.add({ type: 'hang', count: 1 })
    other.faults.add({ type: 'slow', delay: 3_600_000 })
    const answers = Promise.allSettled([send(other, audience, path), send(other, audience, path)])
    await expect.poll(() => other.requests.filter(({ body }) => body.complete).length).toBe(2)
    await other.close()
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})
