import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { authorized } from '../../src/adapter.ts'
import {
  accessToken,
  CloudPartnerAuthError,
  cloudPartnerAuth,
  cloudPartnerPortal,
  type Explanation,
  staticToken,
} from '../../src/index.ts'
import { portalAnswers } from '../../src/presets/portal-answers.ts'
import { countedCredential } from '../fixtures/counted-credential.ts'
import { fakeClient } from '../fixtures/fake-client.ts'

const forbidden = { error: { code: 'Forbidden', message: 'User does not have the permissions' } }

const portal = cloudPartnerAuth({ credential: countedCredential() })

/** What is said of an answer, or the error that leads to it, to a request that carried a token of ours. */
function explained(failed: unknown): Explanation {
  const { response } = Object(failed)
  const delivered = typeof response === 'object' ? response : failed
  if (typeof delivered === 'object' && delivered !== null) {
    portal.remember?.(delivered, {
      url: 'https://cloudpartner.azure.com/api/x',
      api: cloudPartnerPortal,
      authorization: 'token',
    })
  }
  return portal.explain(failed)
}

/** Another package's doing. */
function pollute(name: string, value: unknown): Disposable {
  Object.defineProperty(Object.prototype, name, { value, configurable: true })
  return { [Symbol.dispose]: () => Reflect.deleteProperty(Object.prototype, name) }
}

describe('auth.explain()', () => {
  it.each<[string, unknown]>([
    [
      'a getter that throws',
      {
        get response() {
          throw new Error('no')
        },
      },
    ],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          get() {
            throw new Error('no')
          },
        },
      ),
    ],
    ['an error whose message is no text', Object.assign(new Error('x'), { message: Symbol('x') })],
    [
      'a cause that throws',
      Object.defineProperty(new Error('x'), 'cause', {
        get() {
          throw new Error('no')
        },
      }),
    ],
  ])('throws nothing in the place of an error: for %s', (_, failed) => {
    expect(portal.explain(failed).meaning).toContain('There is no answer in what was passed')
  })

  it.each([
    ['a promise', Promise.resolve(), 'an object of the class Promise'],
    ['null', null, 'null'],
  ])('says what was passed in the place of an answer: %s', (_, failed, what) => {
    expect(portal.explain(failed).meaning).toContain(`no answer in what was passed (${what})`)
  })

  it('takes nothing that Object.prototype has for an answer', () => {
    using _ = pollute('response', { status: 403 })
    using __ = pollute('code', 'Forbidden')
    expect(portal.explain({ status: 404, body: {} })).toMatchObject({ status: 404 })
    expect(Object.keys(portal.explain({ status: 404, body: {} }))).not.toContain('code')
  })

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
    const said = explained(failed)
    expect(said).toMatchObject({ status: 403, code: 'Forbidden' })
    expect(said.remedies).toHaveLength(3)
  })

  it('leaves a Response as it is, and explains it by its status', async () => {
    const response = Response.json(forbidden, { status: 403 })
    const said = explained(response)
    expect(said.remedies).toHaveLength(3)
    expect(said).not.toHaveProperty('code')
    expect(response.bodyUsed).toBe(false)
    expect(await response.json()).toEqual(forbidden)
  })

  it('names the three causes of a 403', () => {
    const { remedies } = explained({ status: 403, body: '' })
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
    const said = explained({ status, body })
    expect(said).toMatchObject({ status, meaning: expect.stringMatching(/^[A-Z].*\.$/) })
    expect(said.code).toBe(code)
    expect(said.remedies.join(' ')).toMatch(expected)
  })

  it('has something to say about every other status that is a failure', () => {
    const { meaning, remedies } = explained({ status: 418, body: 'teapot' })
    expect(meaning).toContain('418')
    expect(remedies).toHaveLength(1)
  })

  it('prints as sentences', () => {
    const said = explained({ status: 403, body: '' })
    for (const printed of [String(said), `${inspect(said)}`]) {
      expect(printed).toMatch(/^403: The access token is good, [^\n]*\n- Add the service principal/)
    }
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
    const said = explained({ status: 404, body })
    expect(said.code).toBe(code)
    expect(said.remedies.join(' ')).toContain('offer ID')
  })

  it.each(['<!DOCTYPE html><title>Sign in</title>', '\n <html><h1>Blocked</h1></html>'])(
    'takes a page for what somebody in between says: %j',
    body => {
      for (const status of [200, 401, 403, 502]) {
        const said = explained({ status, body })
        expect(said.meaning).toContain('an HTML page')
        expect(said.remedies.join(' ')).toContain('a proxy')
      }
    },
  )

  it.each<[string, unknown, RegExp]>([
    ['a success', { status: 200, body: '' }, /no failure/],
    ['a redirect', { status: 307, body: '' }, /no failure/],
    ['an error without an answer', new TypeError('fetch failed'), /no answer.*fetch failed/],
    ['a text', 'Forbidden', /no answer/],
    ['nothing', undefined, /no answer/],
    ['null', null, /no answer/],
  ])('supposes nothing about %s', (_, failed, said) => {
    expect(explained(failed).meaning).toMatch(said)
  })

  it('passes on what a token that could not be had says, also from inside an error of the client', () => {
    const own = new CloudPartnerAuthError('authority_refused', 'invalid_client.', {
      retryable: false,
    })
    for (const failed of [own, new Error('RequestError', { cause: own })]) {
      expect(portal.explain(failed)).toMatchObject({
        code: 'authority_refused',
        meaning: own.message,
      })
    }
  })

  it('says that nothing is known of an answer to another client’s request', () => {
    const { meaning } = portal.explain({ status: 401, data: '' })
    expect(meaning).toContain('Nothing is known of the request')
    expect(meaning).not.toMatch(/renewed|refused/)
  })

  it('changes nothing of what it is given', () => {
    const failed = deepFrozen({ response: { status: 403, data: { error: { code: 'Forbidden' } } } })
    expect(explained(failed)).toMatchObject({ code: 'Forbidden' })
  })
})

describe('what happened to a request is told', () => {
  const url = 'https://cloudpartner.azure.com/api/publishers?secret=1'
  const answers = (...status: number[]) => status.map(one => ({ status: one, url }))

  it.each<[string, object, RegExp]>([
    [
      'not covered',
      { url: 'https://api.elsewhere.example/v1', answers: [401] },
      /api\.elsewhere\.example\/v1 is not covered .*https:\/\/cloudpartner\.azure\.com/,
    ],
    [
      'an Authorization of its own',
      { url, answers: [401], authorizationSet: true },
      /your code or client set/,
    ],
    [
      'refused twice',
      { url, answers: answers(401, 401) },
      /sent again with a renewed token, and that was refused too/,
    ],
    ['a stream', { url, answers: answers(401), replayable: false }, /only once/],
    [
      'a redirect elsewhere',
      { url, answers: [{ status: 401, url: 'https://elsewhere.example/' }] },
      /redirect led to another origin/,
    ],
    [
      'a POST that may have been redirected',
      {
        url,
        method: 'POST',
        answers: [{ status: 401, url: 'https://cloudpartner.azure.com/api/other' }],
      },
      /may have taken effect/,
    ],
    ['forbidden', { url, answers: answers(403) }, /may not do this in this publisher account/],
    [
      'forbidden, with an Authorization of its own',
      { url, answers: [403], authorizationSet: true },
      /your code or client set/,
    ],
    [
      'a path that is not covered, of an origin that is',
      { url: 'https://graph.microsoft.com/v1.0/users', answers: [401] },
      /which covers Product Ingestion \(https:\/\/graph\.microsoft\.com\/rp\/product-ingestion\)\.$/,
    ],
    [
      'not covered, and failing',
      { url: 'https://cloudpartner.azure.com/status', answers: [502] },
      /^The server failed\. The request went out without a token/,
    ],
  ])('%s', async (_, facts, meaning) => {
    const auth = cloudPartnerAuth({ credential: countedCredential() })
    const answer = await authorized(auth, fakeClient(facts as never)) // the facts of each row
    const said = auth.explain(answer)
    expect(said.meaning).toMatch(meaning)
    expect(String(said)).not.toContain('secret=1')
  })

  it.each<[string, { answers: number[]; replayable?: boolean }, RegExp, RegExp]>([
    [
      'refused twice, so that it is not the token',
      { answers: [403, 403] },
      /^The token is good, .*sent again with a renewed token/,
      /technical configuration/,
    ],
    [
      'refused for a body that is a stream, so that it may be either',
      { answers: [403], replayable: false },
      /^Marketplace refused the token, or what was asked with it/,
      /Send the request again.*\n.*technical configuration/,
    ],
  ])('a 403 of the marketplace, %s', async (_, { answers, ...facts }, meaning, remedies) => {
    const auth = cloudPartnerAuth({ credential: countedCredential() })
    const url = 'https://marketplaceapi.microsoft.com/api/saas/subscriptions'
    const at = answers.map(status => ({ status, url }))
    const said = auth.explain(
      await authorized(auth, fakeClient({ ...facts, url, answers: at } as never)),
    )
    expect(said.meaning).toMatch(meaning)
    expect(said.remedies.join('\n')).toMatch(remedies)
  })

  it('a path of one API that was sent to the origin of another', async () => {
    const auth = cloudPartnerAuth({ credential: countedCredential() })
    const url = 'https://api.example/api/publishers/contoso/offers'
    const answer = await authorized(
      auth,
      fakeClient({ url, answers: [{ status: 404, url }] } as never),
    )
    expect(auth.explain(answer).remedies[0]).toBe(
      "/api/publishers/contoso/offers is a path of Cloud Partner Portal, which is at https://cloudpartner.azure.com: correct the client's base URL.",
    )
  })

  it('resend off, a renewal that fails, the same token again', async () => {
    const off = cloudPartnerAuth({ credential: countedCredential(), resend: false })
    expect(
      off.explain(await authorized(off, fakeClient({ url, answers: answers(401) } as never)))
        .meaning,
    ).toMatch(/resend is false/)
    const failing = cloudPartnerAuth({
      credential: countedCredential(call => {
        if (call > 1)
          throw new CloudPartnerAuthError('authority_refused', 'no.', { retryable: false })
        return accessToken({ value: 'a', expiresAt: Date.now() + 3_600_000 })
      }),
    })
    expect(
      failing.explain(
        await authorized(failing, fakeClient({ url, answers: answers(401) } as never)),
      ).meaning,
    ).toMatch(/No new one could be had.*\[authority_refused\] no\./)
    const same = cloudPartnerAuth({ credential: staticToken('eyJ.a.b') })
    expect(
      same.explain(await authorized(same, fakeClient({ url, answers: answers(401) } as never)))
        .meaning,
    ).toMatch(/same one again/)
  })

  it('keeps no record of a success', async () => {
    const auth = cloudPartnerAuth({ credential: countedCredential() })
    const answer = await authorized(auth, fakeClient({ url, answers: answers(200) } as never))
    expect(auth.explain(answer)).toMatchObject({ meaning: expect.stringContaining('no failure') })
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
