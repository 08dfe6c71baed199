import { startEmulator } from '@cloud-partner-auth/emulator'
import { describe, expect, it } from 'vitest'
import { CloudPartnerAuthError, clientSecret, explainAnswer } from '../../src/index.ts'
import { portalAnswers } from '../../src/portal/portal-answers.ts'
import { acquireOnce } from '../fixtures/acquire.ts'

const forbidden = { error: { code: 'Forbidden', message: 'User does not have the permissions' } }

describe('explainAnswer()', () => {
  it.each<[string, unknown]>([
    [
      'an error of axios',
      Object.assign(new Error('x'), { response: { status: 403, data: forbidden } }),
    ],
    [
      'an error of axios with the body as bytes',
      { response: { status: 403, data: Buffer.from(JSON.stringify(forbidden)) } },
    ],
    ['an error of got', { response: { statusCode: 403, body: JSON.stringify(forbidden) } }],
    ['an error of got with a parsed body', { response: { statusCode: 403, body: forbidden } }],
    ['an error of ky', { response: new Response('', { status: 403 }), data: forbidden }],
    ['an answer of axios', { status: 403, data: forbidden }],
    ['an answer of got', { statusCode: 403, body: JSON.stringify(forbidden) }],
    ['status and text', { status: 403, body: JSON.stringify(forbidden) }],
    ['status and object', { status: 403, body: forbidden }],
  ])('reads %s', (_, failed) => {
    const explained = explainAnswer(failed)
    expect(explained).toMatchObject({ status: 403, code: 'Forbidden' })
    expect(explained?.remedies).toHaveLength(3)
  })

  it('leaves a Response as it is, and explains it by its status', async () => {
    const response = Response.json(forbidden, { status: 403 })
    const explained = explainAnswer(response)
    expect(explained?.remedies).toHaveLength(3)
    expect(explained).not.toHaveProperty('code')
    expect(response.bodyUsed).toBe(false)
    expect(await response.json()).toEqual(forbidden)
  })

  it('names the three causes of a 403', () => {
    const { remedies = [] } = explainAnswer({ status: 403, body: '' }) ?? {}
    expect(remedies.join('\n')).toMatch(
      /Add the service principal.*\n.*Object ID of the enterprise application.*\n.*publisher ID/,
    )
  })

  it.each<[number, string | undefined, RegExp]>([
    [400, 'InvalidAPIVersion', /api-version/],
    [400, 'BadRequest', /If-Match/],
    [401, undefined, /tenantId/],
    [404, undefined, /offer ID/],
    [409, 'InvalidResourceId', /If-Match/],
    [409, 'Conflict', /only one may run/],
    [412, undefined, /new ETag/],
    [422, undefined, /fields that the body names/],
    [429, undefined, /Retry-After/],
    [500, 'InternalServerError', /again in a while/],
    [503, undefined, /again in a while/],
  ])('says what to do about %d %s', (status, code, expected) => {
    const body = code === undefined ? '' : { error: { code, message: 'It is so.' } }
    const explained = explainAnswer({ status, body })
    expect(explained).toMatchObject({ status, meaning: expect.stringMatching(/^[A-Z].*\.$/) })
    expect(explained?.code).toBe(code)
    expect(explained?.remedies.join(' ')).toMatch(expected)
  })

  it('has something to say about every other status that is a failure', () => {
    expect(explainAnswer({ status: 418, body: 'teapot' })).toEqual({
      status: 418,
      meaning: expect.any(String),
      remedies: [expect.any(String)],
    })
  })

  it.each([
    ['plain text', 'Not found.', undefined],
    [
      'an exception’s name',
      'Microsoft.Ingestion.Api.Common.Exceptions.Http404Exception: Offer not found',
      'Http404Exception',
    ],
    ['the same as JSON', '"Microsoft.Ingestion.Api.Http404Exception"', 'Http404Exception'],
    ['a code that is no word', { error: { code: 'a\nb' } }, undefined],
    ['an error that is a text', { error: 'no' }, undefined],
    ['null', null, undefined],
    ['a number', 404, undefined],
    ['nothing', undefined, undefined],
    ['a stream', new ReadableStream(), undefined],
  ])('copes with a body that is %s', (_, body, code) => {
    const explained = explainAnswer({ status: 404, body })
    expect(explained?.code).toBe(code)
    expect(explained?.remedies.join(' ')).toContain('offer ID')
  })

  it.each(['<!DOCTYPE html><title>Sign in</title>', '\n <html><h1>Blocked</h1></html>'])(
    'takes a page for what somebody in between says: %j',
    body => {
      expect(explainAnswer({ status: 403, body })?.remedies[0]).toContain('a proxy')
    },
  )

  it.each<[string, unknown]>([
    ['a success', { status: 200, body: '' }],
    ['a redirect', { status: 307, body: '' }],
    ['an error without an answer', new TypeError('fetch failed')],
    [
      'a token that could not be had, which says it itself',
      new CloudPartnerAuthError('authority_refused', 'x', { retryable: false, status: 401 }),
    ],
    ['a text', 'Forbidden'],
    ['nothing', undefined],
    ['null', null],
  ])('has nothing to say about %s', (_, failed) => {
    expect(explainAnswer(failed)).toBeUndefined()
  })

  it('changes nothing of what it is given', () => {
    const failed = deepFrozen({ response: { status: 403, data: { error: { code: 'Forbidden' } } } })
    expect(explainAnswer(failed)).toMatchObject({ code: 'Forbidden' })
  })
})

describe('what the emulated portal answers', () => {
  it('is explained: no membership, no version, no token', async () => {
    const publishers = [{ id: 'contoso', apps: [] }]
    await using emulator = await startEmulator({ seed: { publishers } })
    const { tenantId, clientId } = emulator.tenants[0]?.apps[0] ?? expect.unreachable()
    const secret = emulator.env['AZURE_CLIENT_SECRET'] ?? ''
    const authorityHost = emulator.origin
    const token = await acquireOnce(clientSecret({ tenantId, clientId, secret, authorityHost }))
    const headers = { authorization: `Bearer ${token.reveal()}` }
    const explained = async (path: string, init?: RequestInit) => {
      const response = await fetch(emulator.origin + path, init)
      return explainAnswer({ status: response.status, body: await response.text() })
    }
    const offers = '/api/publishers/contoso/offers'
    expect(await explained(`${offers}?api-version=2017-10-31`, { headers })).toMatchObject({
      status: 403,
      code: 'Forbidden',
    })
    expect(await explained(offers, { headers })).toMatchObject({
      status: 400,
      code: 'InvalidAPIVersion',
    })
    expect(await explained(offers)).toMatchObject({ status: 401, code: 'Unauthorized' })
  })
})

describe('the table of answers', () => {
  it('has each status with a code in front of the one without, or it would never be found', () => {
    const seen = new Set<number>()
    for (const { status, code } of portalAnswers) {
      expect(seen.has(status)).toBe(false)
      if (code === undefined) seen.add(status)
    }
  })
})

function deepFrozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part) deepFrozen(part)
  return Object.freeze(value)
}
