import { describe, expect, it, vi } from 'vitest'
import type { Credential } from '../../src/credential/credential.ts'
import { accessToken } from '../../src/token/access-token.ts'
import type { TokenEvent } from '../../src/token/token-event.ts'
import { tokenSource } from '../../src/token/token-source.ts'
import { countedCredential, heldCredential, numbered } from '../fixtures/counted-credential.ts'
import { busy, denied } from '../fixtures/failures.ts'
import { pass, withFakeClock } from '../fixtures/fake-clock.ts'

const audience = 'https://api.example'

describe('a token source', () => {
  it('makes one token request for a thousand cold callers', async () => {
    const credential = countedCredential()
    const { source } = sourceOf(credential)
    const tokens = await Promise.all(Array.from({ length: 1_000 }, () => source.get()))
    expect(credential.requests).toHaveLength(1)
    expect(new Set(tokens.map(token => token.reveal()))).toEqual(new Set(['token-1']))
  })

  it('makes one token request for callers who come while it is under way', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const first = source.get()
    await turn()
    const second = source.get()
    credential.answer(1)
    expect((await first).reveal()).toBe('token-1')
    expect((await second).reveal()).toBe('token-1')
    expect(credential.requests).toHaveLength(1)
  })

  it('asks for the audience, and hands out what it got until it nears its end', async () => {
    const credential = countedCredential()
    const { source } = sourceOf(credential)
    await source.get()
    await source.get()
    expect(credential.requests).toEqual([expect.objectContaining({ audience })])
  })

  it('hands the same promise to every caller while the token is current, so that a hit allocates nothing', async () => {
    const { source } = sourceOf(countedCredential())
    await source.get()
    const hit = source.get()
    expect(source.get({ signal: new AbortController().signal })).toBe(hit)
    const refused = await hit
    await source.renew(refused)
    expect(source.get()).not.toBe(hit)
  })

  it('makes one more for a thousand refusals of one token, whenever each comes in', async () => {
    const credential = countedCredential()
    const { source } = sourceOf(credential)
    const refused = await source.get()
    const together = await Promise.all(Array.from({ length: 500 }, () => source.renew(refused)))
    const late = []
    for (let count = 0; count < 500; count++) late.push(await source.renew(refused))
    expect(credential.requests).toHaveLength(2)
    expect(new Set([...together, ...late].map(token => token.reveal()))).toEqual(
      new Set(['token-2']),
    )
  })

  it('recognises a refused token by its value, whoever made the object', async () => {
    const { source } = sourceOf(countedCredential())
    const refused = await source.get()
    const copy = accessToken({ value: refused.reveal(), expiresAt: refused.expiresAt })
    expect((await source.renew(copy)).reveal()).toBe('token-2')
  })

  it('keeps a refused token current until another one replaces it, and then never again', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const cold = source.get()
    await turn()
    credential.answer(1)
    const refused = await cold
    const renewal = source.renew(refused)
    await turn()
    expect((await source.get()).reveal()).toBe('token-1')
    credential.answer(2)
    expect((await renewal).reveal()).toBe('token-2')
    expect((await source.get()).reveal()).toBe('token-2')
    expect((await source.renew(refused)).reveal()).toBe('token-2')
    expect(credential.requests).toHaveLength(2)
  })

  it('keeps a refused token when its renewal fails', async () => {
    const credential = countedCredential(call => {
      if (call === 1) return numbered()(1, {})
      throw denied()
    })
    const { source } = sourceOf(credential)
    const refused = await source.get()
    await expect(source.renew(refused)).rejects.toMatchObject({ code: 'authority_refused' })
    expect((await source.get()).reveal()).toBe('token-1')
  })

  it('resolves with an equal token when the authority hands the same one out again, and then pauses', async () => {
    const credential = countedCredential((_, request) => numbered()(7, request))
    const { source } = sourceOf(credential)
    const refused = await source.get()
    expect((await source.renew(refused)).reveal()).toBe(refused.reveal())
    expect(credential.requests).toHaveLength(2)
    expect((await source.renew(refused)).reveal()).toBe(refused.reveal())
    expect(credential.requests).toHaveLength(2)
  })

  it('tells why it acquired each token, and no token', async () => {
    const { source, events } = sourceOf(countedCredential())
    await source.renew(await source.get())
    expect(events).toEqual([
      expect.objectContaining({ type: 'token_acquired', audience, reason: 'first' }),
      expect.objectContaining({ type: 'token_acquired', audience, reason: 'refused' }),
    ])
    expect(JSON.stringify(events)).not.toContain('token-')
  })

  it('shares nothing with another source, not even of the same audience', async () => {
    const [one, other] = [countedCredential(), countedCredential((_, r) => numbered()(9, r))]
    expect((await sourceOf(one).source.get()).reveal()).toBe('token-1')
    expect((await sourceOf(other).source.get()).reveal()).toBe('token-9')
  })
})

describe('a caller that aborts', () => {
  it('ends its own waiting, with its own reason, and nothing else', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const controller = new AbortController()
    const aborted = source.get({ signal: controller.signal })
    const patient = source.get()
    await turn()
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(aborted).rejects.toBe(reason)
    expect(credential.requests[0]?.signal.aborted).toBe(false)
    credential.answer(1)
    expect((await patient).reveal()).toBe('token-1')
    expect(credential.requests).toHaveLength(1)
  })

  it('ends the acquisition if nobody else was waiting, and the next one begins another', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const controller = new AbortController()
    const aborted = source.get({ signal: controller.signal })
    await turn()
    controller.abort()
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    expect(credential.requests[0]?.signal.aborted).toBe(true)
    const next = source.get()
    await turn()
    credential.answer(2)
    expect((await next).reveal()).toBe('token-2')
    expect(credential.requests).toHaveLength(2)
  })

  it('ends its waiting for a renewal only', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const cold = source.get()
    await turn()
    credential.answer(1)
    const refused = await cold
    const controller = new AbortController()
    const aborted = source.renew(refused, { signal: controller.signal })
    const patient = source.renew(refused)
    await turn()
    controller.abort()
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    credential.answer(2)
    expect((await patient).reveal()).toBe('token-2')
  })

  it('begins nothing when it had aborted before', async () => {
    const credential = countedCredential()
    const { source } = sourceOf(credential)
    const signal = AbortSignal.abort(new Error('before'))
    await expect(source.get({ signal })).rejects.toThrow('before')
    await turn()
    expect(credential.requests).toHaveLength(0)
  })

  it('waits for no renewal when it had aborted before, which goes on for the next one', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const cold = source.get()
    await turn()
    credential.answer(1)
    const refused = await cold
    const signal = AbortSignal.abort(new Error('before'))
    await expect(source.renew(refused, { signal })).rejects.toThrow('before')
    await turn()
    credential.answer(2)
    expect((await source.renew(refused)).reveal()).toBe('token-2')
    expect(credential.requests).toHaveLength(2)
  })

  it('does not leave listeners on a signal that lives long', async () => {
    const { source } = sourceOf(countedCredential())
    const { signal } = new AbortController()
    let listening = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      if (args[0] === 'abort') listening++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      if (args[0] === 'abort') listening--
      remove(...args)
    }
    await source.get({ signal })
    await source.renew(await source.get({ signal }), { signal })
    await turn()
    expect(listening).toBe(0)
  })
})

describe('a token source that tells', () => {
  withFakeClock()

  it('says whence a token came, why, and what it took', async () => {
    const credential = heldCredential()
    const { source, events } = sourceOf(credential)
    const token = source.get()
    await pass(3_000)
    credential.answer(1)
    const { expiresAt } = await token
    expect(events).toEqual([
      {
        type: 'token_acquired',
        audience,
        reason: 'first',
        from: 'authority',
        expiresAt,
        took: 3_000,
      },
    ])
  })
})

describe('a renewal that fails', () => {
  withFakeClock()

  it('fails for all who joined it, whatever they were refused for, and is not begun by each anew', async () => {
    const credential = countedCredential((call, request) => {
      if (call > 1) throw busy()
      return numbered()(call, request)
    })
    const { source, events } = sourceOf(credential)
    const refused = await source.get()
    const failed = ['{"a":1}', undefined, '{"a":1}', undefined].map(claims =>
      expect(source.renew(refused, { claims })).rejects.toMatchObject({ retryable: true }),
    )
    await pass(30_000)
    await Promise.all(failed)
    expect(events.map(({ type }) => type)).toEqual(['token_acquired', 'acquisition_failed'])
    await pass(30_000)
    expect(events).toHaveLength(2)
  })
})

describe('a token near its end', () => {
  withFakeClock()

  it('that has ended is replaced for a refusal too, which its own abort ends', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const cold = source.get()
    await pass(0)
    credential.answer(1)
    const refused = await cold
    await pass(3_600_000)
    const caller = new AbortController()
    const renewed = source.renew(refused, { signal: caller.signal })
    const gone = expect(renewed).rejects.toThrow('gone')
    await pass(0)
    caller.abort(new Error('gone'))
    await gone
    credential.answer(2)
  })

  it.each([
    ['the last 10 s of an hour', 3_600_000, 10_000],
    ['the last tenth of 50 s', 50_000, 5_000],
  ])('is not handed out in %s', async (_, lifetime, margin) => {
    const credential = heldCredential()
    const { source, events } = sourceOf(credential)
    const cold = source.get()
    await pass(0)
    credential.answer(1, numbered({ lifetime }))
    await cold
    await pass(lifetime - margin - 1)
    expect((await source.get()).reveal()).toBe('token-1') // and begins the early renewal
    await pass(1)
    const next = source.get()
    await pass(0)
    credential.answer(2)
    expect((await next).reveal()).toBe('token-2')
    expect(events.at(-1)).toMatchObject({ type: 'token_acquired', reason: 'early' })
  })

  it.each([
    ['busy', busy()],
    ['denying', denied()],
  ])('is used to its last second while the authority is %s', async (_, failure) => {
    const credential = countedCredential((call, request) => {
      if (call > 1) throw failure
      return numbered()(call, request)
    })
    const { source } = sourceOf(credential)
    await source.get()
    for (let left = 600; left > 0; left--) {
      await pass(left === 600 ? 3_000_000 - 1 : 1_000)
      expect((await source.get()).reveal()).toBe('token-1')
    }
    await pass(1_001)
    const late = source.get()
    const refused = expect(late).rejects.toMatchObject({ code: failure.code })
    await pass(30_000)
    await refused
  })

  it('is used in its last seconds by whoever comes then and finds the authority down, after one try', async () => {
    const credential = countedCredential((call, request) => {
      if (call > 1) throw busy()
      return numbered()(call, request)
    })
    const { source } = sourceOf(credential)
    await source.get()
    await pass(3_595_000)
    expect((await source.get()).reveal()).toBe('token-1')
    expect(credential.requests).toHaveLength(2)
  })

  it('is used before it ends by whoever comes in its last seconds and finds the authority hanging', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const cold = source.get()
    await pass(0)
    credential.answer(1)
    await cold
    await pass(3_595_000)
    let answered = 0
    const late = source.get().then(token => {
      answered = Date.now()
      return token.reveal()
    })
    const cameAt = Date.now()
    await pass(3_999)
    expect(answered).toBe(0) // a renewed one would be better
    await pass(1)
    expect(await late).toBe('token-1')
    expect(answered).toBe(cameAt + 4_000)
    await pass(30_000) // the acquisition ends by itself, and unnoticed
  })

  it('that has ended is asked for until it is had, however late the first try fails', async () => {
    const credential = heldCredential()
    const { source } = sourceOf(credential)
    const cold = source.get()
    await pass(0)
    credential.answer(1)
    await cold
    await pass(3_600_000)
    const next = source.get()
    await pass(0)
    credential.answer(2, () => {
      throw busy()
    })
    await pass(500)
    credential.answer(3)
    expect((await next).reveal()).toBe('token-3')
  })

  it('is replaced before it is handed out, when nobody asked for a while', async () => {
    const credential = countedCredential()
    const { source, events } = sourceOf(credential)
    await source.get()
    await pass(3_590_000)
    const tokens = await Promise.all(Array.from({ length: 100 }, () => source.get()))
    expect(new Set(tokens.map(token => token.reveal()))).toEqual(new Set(['token-2']))
    expect(credential.requests).toHaveLength(2)
    expect(events.at(-1)).toMatchObject({ reason: 'expired' })
  })

  it('is not renewed for its own refusal when it has expired in the meantime, but replaced once', async () => {
    const credential = countedCredential()
    const { source } = sourceOf(credential)
    const refused = await source.get()
    await pass(3_600_000)
    const [one, other] = await Promise.all([source.renew(refused), source.get()])
    expect([one?.reveal(), other?.reveal()]).toEqual(['token-2', 'token-2'])
    expect(credential.requests).toHaveLength(2)
  })

  it('costs one token request per lifetime, however short it is and however many ask', async () => {
    const credential = countedCredential(numbered({ lifetime: 10_000 }))
    const { source } = sourceOf(credential)
    for (let elapsed = 0; elapsed < 60_000; elapsed += 50) {
      await source.get()
      await pass(50)
    }
    // Renewed early, a token serves between 70 and 90 % of its lifetime.
    expect(credential.requests.length).toBeGreaterThanOrEqual(6)
    expect(credential.requests.length).toBeLessThanOrEqual(9)
  })
})

describe('a clock that is set while a token is held', () => {
  withFakeClock()

  it.each([-300, -3_600_000, 300, 3_600_000])(
    'by %d ms does not have it handed out any longer',
    async by => {
      const credential = countedCredential(numbered({ lifetime: 1_000 }))
      const { source } = sourceOf(credential)
      await source.get()
      expect((await source.get()).reveal()).toBe('token-1')
      vi.setSystemTime(Date.now() + by)
      await pass(900)
      expect((await source.get()).reveal()).toBe('token-2')
    },
  )
})

function sourceOf(credential: Credential) {
  const events: TokenEvent[] = []
  const source = tokenSource({ credential, audience, observe: event => events.push(event) })
  return { source, events }
}

/** Lets everything run that is ready to. */
function turn(): Promise<void> {
  return new Promise(resume => setImmediate(resume))
}
