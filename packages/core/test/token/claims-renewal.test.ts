import { describe, expect, it } from 'vitest'
import type { TokenEvent } from '../../src/token/token-event.ts'
import { type TokenSource, tokenSource } from '../../src/token/token-source.ts'
import {
  countedCredential,
  type HeldCredential,
  heldCredential,
  numbered,
} from '../fixtures/counted-credential.ts'
import { busy } from '../fixtures/failures.ts'
import { pass, settle, withFakeClock } from '../fixtures/fake-clock.ts'

const claims = '{"access_token":{"nbf":{"essential":true,"value":"1772366400"}}}'
const others = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'

withFakeClock()

describe('a renewal with claims', () => {
  it('asks for a token with these claims', async () => {
    const { credential, source, events, first } = await withFirstToken()
    const renewed = source.renew(first, { claims })
    await settle()
    expect(credential.requests[1]).toMatchObject({ claims })
    credential.answer(2)
    expect(await renewed).toMatchObject({ claims })
    expect(events.at(-1)).toMatchObject({ type: 'token_acquired', reason: 'claims' })
  })

  it('is shared by all that ask for equal claims', async () => {
    const { credential, source, first } = await withFirstToken()
    const renewals = Array.from({ length: 1_000 }, () => source.renew(first, { claims }))
    await settle()
    credential.answer(2)
    const tokens = await Promise.all(renewals)
    expect(new Set(tokens.map(token => token.reveal()))).toEqual(new Set(['token-2']))
    expect(credential.requests).toHaveLength(2)
  })

  it('waits for a plain first acquisition under way and then runs its own', async () => {
    const { credential, source, first } = await withFirstToken()
    await pass(3_600_000)
    const plain = source.get()
    await settle()
    credential.answer(2)
    const second = await plain
    // 56 min later an early renewal is under way.
    await pass(56 * 60_000)
    await source.get()
    await settle()
    expect(credential.requests).toHaveLength(3)
    const withClaims = source.renew(second, { claims })
    await settle()
    expect(credential.requests).toHaveLength(3)
    credential.answer(3)
    await settle()
    expect(credential.requests).toHaveLength(4)
    expect(credential.requests[3]).toMatchObject({ claims })
    credential.answer(4)
    expect((await withClaims).reveal()).toBe('token-4')
    expect(first.reveal()).toBe('token-1')
  })

  it('runs its own behind a plain renewal that begins in the same turn', async () => {
    const { credential, source, first } = await withFirstToken()
    const plain = source.renew(first)
    const withClaims = source.renew(first, { claims })
    await settle()
    credential.answer(2)
    await settle()
    credential.answer(3)
    expect((await plain).reveal()).toBe('token-2')
    expect(await withClaims).toMatchObject({ claims })
    expect(credential.requests).toHaveLength(3)
  })

  it('waits for a plain renewal of the same refused token and then runs its own', async () => {
    const { credential, source, first } = await withFirstToken()
    const plain = source.renew(first)
    await settle()
    const withClaims = source.renew(first, { claims })
    await settle()
    expect(credential.requests).toHaveLength(2)
    credential.answer(2)
    expect((await plain).reveal()).toBe('token-2')
    await settle()
    credential.answer(3)
    const token = await withClaims
    expect(token.reveal()).toBe('token-3')
    expect(token).toMatchObject({ claims })
  })

  it('waits on while the plain one is tried again, and then runs its own', async () => {
    const { credential, source, first } = await withFirstToken()
    await pass(56 * 60_000)
    await source.get()
    await settle()
    const withClaims = source.renew(first, { claims })
    await settle()
    credential.answer(2, () => {
      throw busy()
    })
    await pass(500)
    expect(credential.requests[2]).toMatchObject({ claims: undefined })
    credential.answer(3)
    await settle()
    expect(credential.requests[3]).toMatchObject({ claims })
    credential.answer(4)
    expect((await withClaims).reveal()).toBe('token-4')
  })

  it('waits for one with other claims, and is content with its token until the pause is over', async () => {
    const { credential, source, first } = await withFirstToken()
    const one = source.renew(first, { claims })
    const other = source.renew(first, { claims: others })
    await settle()
    expect(credential.requests).toHaveLength(2)
    credential.answer(2)
    expect((await one).reveal()).toBe('token-2')
    expect((await other).reveal()).toBe('token-2')
    expect(credential.requests).toHaveLength(2)
    await pass(1_000)
    const later = source.renew(first, { claims: others })
    await settle()
    credential.answer(3)
    expect(await later).toMatchObject({ claims: others })
  })

  it('counts the claims it asked for, even if the credential does not say so in its token', async () => {
    const credential = countedCredential(call => numbered()(call, { claims: undefined }))
    const source = tokenSource({ credential, audience: 'https://api.example', observe: () => {} })
    const first = await source.get()
    await source.renew(first, { claims })
    await pass(2_000)
    expect((await source.renew(first, { claims })).reveal()).toBe('token-2')
    expect(credential.requests).toHaveLength(2)
  })

  it('is skipped if the current token was acquired with those claims', async () => {
    const { credential, source, first } = await withFirstToken()
    const renewal = source.renew(first, { claims })
    await settle()
    credential.answer(2)
    await renewal
    expect((await source.renew(first, { claims })).reveal()).toBe('token-2')
    expect(credential.requests).toHaveLength(2)
  })

  it('is not skipped because a token without them replaced the refused one', async () => {
    const { credential, source, first } = await withFirstToken()
    const plain = source.renew(first)
    await settle()
    credential.answer(2)
    await plain
    await pass(2_000)
    const renewal = source.renew(first, { claims })
    await settle()
    credential.answer(3)
    expect(await renewal).toMatchObject({ claims })
  })

  it('is what a plain refusal of the same token is content with', async () => {
    const { credential, source, first } = await withFirstToken()
    const withClaims = source.renew(first, { claims })
    const plain = source.renew(first)
    await settle()
    credential.answer(2)
    expect((await plain).reveal()).toBe('token-2')
    expect((await withClaims).reveal()).toBe('token-2')
    expect(credential.requests).toHaveLength(2)
  })

  it('ends its waiting with the abort of its caller, and only then', async () => {
    const { credential, source, first } = await withFirstToken()
    const plain = source.renew(first)
    await settle()
    const controller = new AbortController()
    const aborted = source.renew(first, { claims, signal: controller.signal })
    await settle()
    controller.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    credential.answer(2)
    expect((await plain).reveal()).toBe('token-2')
    await settle()
    expect(credential.requests).toHaveLength(2)
  })

  it('pauses when the token it brought is refused for the same claims', async () => {
    const { credential, source, first } = await withFirstToken()
    const renewal = source.renew(first, { claims })
    await settle()
    credential.answer(2)
    const renewed = await renewal
    expect((await source.renew(renewed, { claims })).reveal()).toBe('token-2')
    expect(credential.requests).toHaveLength(2)
    await pass(1_000)
    const again = source.renew(renewed, { claims })
    await settle()
    credential.answer(3)
    expect((await again).reveal()).toBe('token-3')
  })

  it('answers plain refusals of the token it replaced, long after the pause too', async () => {
    const { credential, source, first } = await withFirstToken()
    const renewed = source.renew(first, { claims })
    await settle()
    credential.answer(2)
    await renewed
    await pass(120_000)
    expect((await source.renew(first)).reveal()).toBe('token-2')
    expect(credential.requests).toHaveLength(2)
  })

  it('never brings back a token that was replaced', async () => {
    const { credential, source, first } = await withFirstToken()
    const plain = source.renew(first)
    await settle()
    credential.answer(2)
    await plain
    const withClaims = source.renew(first, { claims })
    await settle()
    credential.answer(3)
    expect((await withClaims).reveal()).not.toBe('token-1')
  })
})

async function withFirstToken(): Promise<{
  credential: HeldCredential
  source: TokenSource
  events: TokenEvent[]
  first: Awaited<ReturnType<TokenSource['get']>>
}> {
  const credential = heldCredential()
  const events: TokenEvent[] = []
  const source = tokenSource({
    credential,
    audience: 'https://api.example',
    observe: event => events.push(event),
  })
  const cold = source.get()
  await settle()
  credential.answer(1)
  return { credential, source, events, first: await cold }
}
