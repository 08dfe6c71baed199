import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { accessToken, sameToken } from '../../src/token/access-token.ts'

const value = 'eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln-_~+/=='
const expiresAt = Date.now() + 3_600_000

describe('an access token', () => {
  it('reveals itself only where it is asked to', () => {
    expect(accessToken({ value, expiresAt }).reveal()).toBe(value)
  })

  it.each([
    ['a template', (token: unknown) => `${token}`],
    ['concatenation', (token: unknown) => `${'token: '}${String(token)}`],
    ['JSON', (token: unknown) => JSON.stringify({ token })],
    ['inspect', (token: unknown) => inspect(token)],
    [
      'inspect of something around it',
      (token: unknown) => inspect({ deep: [{ token }] }, false, 9),
    ],
    [
      'inspect with everything on',
      (token: unknown) => inspect(token, { depth: Infinity, showHidden: true, getters: true }),
    ],
  ])('shows as [redacted] in %s', (_, render) => {
    const shown = render(accessToken({ value, expiresAt }))
    expect(shown).toContain('[redacted]')
    expect(shown).not.toContain(value)
  })

  it('holds the secret in no property, own or inherited, so that no logger finds it', () => {
    const token = accessToken({ value, expiresAt, renewAt: expiresAt - 1, claims: '{}' })
    const properties = Reflect.ownKeys(token).map(key => Reflect.get(token, key))
    expect(properties).not.toContain(value)
    expect(
      inspect(token, { customInspect: false, showHidden: true, depth: Infinity }),
    ).not.toContain(value)
    expect(JSON.stringify({ ...token })).not.toContain(value)
    expect(JSON.stringify(structuredCloneable(token))).not.toContain(value)
  })

  it('cannot be altered', () => {
    const token = accessToken({ value, expiresAt })
    expect(() => Object.assign(token, { expiresAt: 0 })).toThrow(TypeError)
    expect(token.expiresAt).toBe(expiresAt)
  })

  it('says when it was acquired, expires, may be renewed and with which claims', () => {
    const fields = { acquiredAt: 1_000, expiresAt: 9_000, renewAt: 5_000, claims: '{"a":1}' }
    expect(accessToken({ value, ...fields })).toMatchObject(fields)
  })

  it('says whether another process acquired it', () => {
    expect(accessToken({ value, expiresAt, shared: true }).shared).toBe(true)
    expect('shared' in accessToken({ value, expiresAt, shared: false })).toBe(false)
  })

  it('leaves out what is not known', () => {
    expect(Object.keys(accessToken({ value, expiresAt }))).not.toEqual(
      expect.arrayContaining(['renewAt']),
    )
    expect('claims' in accessToken({ value, expiresAt })).toBe(false)
  })

  it('equals another object that holds the same token', () => {
    const token = accessToken({ value, expiresAt })
    expect(sameToken(token, accessToken({ value, expiresAt: expiresAt + 1 }))).toBe(true)
    expect(sameToken(token, accessToken({ value: 'another', expiresAt }))).toBe(false)
  })
})

describe('accessToken()', () => {
  it.each([
    ['no token', { value: '' }],
    ['a token that is no text', { value: 42 as unknown as string }],
    ['a line break, which would begin another header', { value: 'ab\r\nx-injected: 1' }],
    ['a trailing line break', { value: 'ab\n' }],
    ['a space', { value: 'a b' }],
    ['a NUL', { value: 'a\0' }],
    ['a character outside ASCII', { value: 'tökén' }],
    ['padding in the middle', { value: 'a=b' }],
    ['no lifetime', { expiresAt: undefined as unknown as number }],
    ['a lifetime that is no number', { expiresAt: Number.NaN }],
    ['an endless lifetime', { expiresAt: Number.POSITIVE_INFINITY }],
    ['a lifetime in a text', { expiresAt: '9999999999999' as unknown as number }],
    ['a lifetime that is over', { acquiredAt: 2_000, expiresAt: 1_999 }],
    ['a lifetime of nothing', { acquiredAt: 2_000, expiresAt: 2_000 }],
  ])('refuses %s', (_, fields) => {
    const making = () => accessToken({ value, expiresAt, ...fields })
    expect(making).toThrow(
      expect.objectContaining({
        name: 'CloudPartnerAuthError',
        code: 'authority_answer_invalid',
        retryable: false,
      }),
    )
  })

  it('takes no notice of an unreadable instant of renewal', () => {
    expect('renewAt' in accessToken({ value, expiresAt, renewAt: Number.NaN })).toBe(false)
  })

  it('does not print the token it refuses', () => {
    try {
      accessToken({ value: 'se cret', expiresAt })
      expect.unreachable()
    } catch (error) {
      expect(inspect(error, { showHidden: true })).not.toContain('se cret')
    }
  })
})

/** What a serializer that copies own data properties would see. */
function structuredCloneable(of: object): object {
  return Object.fromEntries(Object.entries(of).filter(([, field]) => typeof field !== 'function'))
}
