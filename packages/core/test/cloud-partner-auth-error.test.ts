import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { safeCause } from '../src/cloud-partner-auth-error.ts'
import { CloudPartnerAuthError, isCloudPartnerAuthError } from '../src/index.ts'

describe('a CloudPartnerAuthError', () => {
  const error = new CloudPartnerAuthError('authority_refused', 'No. Do this.', {
    retryable: false,
    status: 401,
    aadsts: 7000215,
    traceId: undefined,
    cause: new Error('why'),
  })

  it('begins its message with its code, since tools show only messages', () => {
    expect(String(error)).toBe('CloudPartnerAuthError: [authority_refused] No. Do this.')
  })

  it('carries the facts that are known, and no others', () => {
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'CloudPartnerAuthError',
      code: 'authority_refused',
      retryable: false,
      status: 401,
      aadsts: 7000215,
    })
    expect('traceId' in error).toBe(false)
    expect('retryAt' in error).toBe(false)
    expect(error.cause).toMatchObject({ message: 'why' })
  })

  it('has no cause where there is none', () => {
    const plain = new CloudPartnerAuthError('credential_failed', 'x', { retryable: false })
    expect('cause' in plain).toBe(false)
  })

  it('is recognised whichever copy of this package made it', () => {
    const another = Object.assign(new Error('[authority_refused] x'), {
      name: 'CloudPartnerAuthError',
      code: 'authority_refused',
      retryable: false,
    })
    expect(isCloudPartnerAuthError(error)).toBe(true)
    expect(isCloudPartnerAuthError(another)).toBe(true)
  })

  it.each([
    ['another error', new TypeError('x')],
    ['an error of the system', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
    ['an object that looks like one', { name: 'CloudPartnerAuthError', code: 'authority_refused' }],
    ['a text', 'CloudPartnerAuthError'],
    ['nothing', undefined],
    ['null', null],
  ])('is not mistaken for %s', (_, other) => {
    expect(isCloudPartnerAuthError(other)).toBe(false)
  })
})

describe('the cause of one', () => {
  it('is a copy with name, message, code and stack', () => {
    const thrown = Object.assign(new RangeError('too far'), { code: 'ERANGE' })
    const cause = safeCause(thrown, [])
    expect(cause).not.toBe(thrown)
    expect(cause).toMatchObject({ name: 'RangeError', message: 'too far', code: 'ERANGE' })
    expect(cause?.stack).toBe(thrown.stack)
  })

  it('holds nothing else of what an HTTP library hangs on its errors', () => {
    const thrown = Object.assign(new Error('Request failed'), {
      config: { data: 'client_secret=hush' },
      request: { body: 'client_secret=hush' },
      toJSON: () => ({ data: 'hush' }),
      [Symbol.for('body')]: 'hush',
      code: { nested: 'hush' },
    })
    Object.defineProperty(thrown, 'hidden', { value: 'hush', enumerable: false })
    expect(everythingOf(safeCause(thrown, ['hush']))).not.toContain('hush')
  })

  it('goes three causes deep, and ends even where they go in a circle', () => {
    const thrown = new Error('one', {
      cause: new Error('two', { cause: new Error('three', { cause: new Error('four') }) }),
    })
    const messages = []
    for (let at: unknown = safeCause(thrown, []); at instanceof Error; at = at.cause) {
      messages.push(at.message)
    }
    expect(messages).toEqual(['one', 'two', 'three'])
    const circle = new Error('circle')
    circle.cause = circle
    expect(safeCause(circle, [])).toMatchObject({ message: 'circle' })
  })

  it.each([undefined, null, 'client_secret=hush', 42, { message: 'hush' }])(
    'is left out where %j was thrown',
    thrown => {
      expect(safeCause(thrown, ['hush'])).toBeUndefined()
    },
  )

  const secret = 'Hu~sh +/=&%ä"'
  it.each([
    ['as it is', secret],
    ['in a form', new URLSearchParams({ client_secret: secret }).toString()],
    ['in a URL', encodeURIComponent(secret)],
    ['in JSON', JSON.stringify({ client_secret: secret })],
  ])('has every secret in it blotted out: %s', (_, written) => {
    const thrown = new Error(`failed with ${written} in it`, { cause: new Error(written) })
    const shown = everythingOf(safeCause(thrown, [secret]))
    expect(shown).toContain('[redacted]')
    for (const form of formsOf(secret)) expect(shown).not.toContain(form)
  })
})

function formsOf(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    JSON.stringify(secret).slice(1, -1),
  ]
}

function everythingOf(error: unknown): string {
  return [
    String(error),
    error instanceof Error ? error.stack : '',
    JSON.stringify(error),
    inspect(error, { depth: Infinity, showHidden: true, getters: true }),
  ].join('\n')
}
