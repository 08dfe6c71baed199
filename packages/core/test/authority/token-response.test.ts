import { describe, expect, it } from 'vitest'
import { readTokenResponse } from '../../src/authority/token-response.ts'

const requestedAt = Date.parse('2026-03-01T12:00:00Z')
const v1 = {
  token_type: 'Bearer',
  expires_in: '3599',
  ext_expires_in: '3599',
  expires_on: '1612794445',
  not_before: '1612790545',
  resource: 'https://cloudpartner.azure.com',
  access_token: 'eyJ.v1',
}
const v2 = { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: 'eyJ.v2' }

describe('a token response', () => {
  it('is read with the strings of v1, its lifetime counted from the request', () => {
    const token = readTokenResponse(v1, requestedAt)
    expect(token.reveal()).toBe('eyJ.v1')
    expect(token).toMatchObject({ acquiredAt: requestedAt, expiresAt: requestedAt + 3_599_000 })
  })

  it('is read with the numbers of v2', () => {
    const token = readTokenResponse(v2, requestedAt)
    expect(token.reveal()).toBe('eyJ.v2')
    expect(token.expiresAt).toBe(requestedAt + 3_599_000)
    expect(token.renewAt).toBeUndefined()
  })

  it('says when the authority would like it renewed', () => {
    const token = readTokenResponse({ ...v2, expires_in: 86_399, refresh_in: 43_199 }, requestedAt)
    expect(token.renewAt).toBe(requestedAt + 43_199_000)
    expect(token.expiresAt).toBe(requestedAt + 86_399_000)
  })

  it('goes by expires_on where there is no expires_in', () => {
    const { expires_in: _, ...rest } = { ...v1, expires_on: String(requestedAt / 1000 + 600) }
    expect(readTokenResponse(rest, requestedAt).expiresAt).toBe(requestedAt + 600_000)
  })

  it('keeps the claims it was asked for with', () => {
    expect(readTokenResponse(v2, requestedAt, '{"nbf":1}').claims).toBe('{"nbf":1}')
  })

  it.each(['bearer', 'BEARER', undefined])('takes the token type %s', type => {
    expect(readTokenResponse({ ...v2, token_type: type }, requestedAt).reveal()).toBe('eyJ.v2')
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'eyJ'],
    ['a list', [v2]],
    ['an empty object', {}],
    ['no token', { ...v2, access_token: undefined }],
    ['an empty token', { ...v2, access_token: '' }],
    ['a token that is no text', { ...v2, access_token: { jwt: 'eyJ' } }],
    ['a token with a line break', { ...v2, access_token: 'eyJ\r\nx: y' }],
    ['a token of another type', { ...v2, token_type: 'pop' }],
    ['a token whose type is no text', { ...v2, token_type: { toString: [] } }],
    ['no lifetime', { ...v2, expires_in: undefined }],
    ['a garbage lifetime', { ...v2, expires_in: 'soon' }],
    ['an empty lifetime', { ...v2, expires_in: '' }],
    ['a lifetime of null', { ...v2, expires_in: null }],
    ['a lifetime that begins like a number', { ...v2, expires_in: '3599s' }],
    ['a lifetime in hexadecimal', { ...v2, expires_in: '0x10' }],
    ['a negative lifetime', { ...v2, expires_in: -1 }],
    ['a lifetime of nothing', { ...v2, expires_in: 0 }],
    ['a lifetime beyond all numbers', { ...v2, expires_in: '9'.repeat(400) }],
    ['an expiry in the past', { ...v1, expires_in: undefined, expires_on: '1612794445' }],
  ])('is refused with %s', (_, body) => {
    expect(() => readTokenResponse(body, requestedAt)).toThrow(
      expect.objectContaining({ code: 'authority_answer_invalid' }),
    )
  })

  it.each([-5, 'soon', null])('takes no notice of refresh_in %s', renewIn => {
    const token = readTokenResponse({ ...v2, refresh_in: renewIn }, requestedAt)
    expect(token.renewAt).toBeUndefined()
  })
})
