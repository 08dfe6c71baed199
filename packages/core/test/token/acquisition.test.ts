import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import type { CloudPartnerAuthError } from '../../src/cloud-partner-auth-error.ts'
import type { Credential } from '../../src/credential/credential.ts'
import { type AccessToken, accessToken } from '../../src/token/access-token.ts'
import { tokenSource } from '../../src/token/token-source.ts'
import { countedCredential, heldCredential, numbered } from '../fixtures/counted-credential.ts'
import { busy, denied } from '../fixtures/failures.ts'
import { pass, settle, withFakeClock } from '../fixtures/fake-clock.ts'

const second = 1_000

withFakeClock()
let random: MockInstance<typeof Math.random>
beforeEach(() => {
  random = vi.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON)
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('an acquisition', () => {
  it('tries again after a failure that passes, with pauses that double from half a second', async () => {
    const { credential, times } = timed((call, request) => {
      if (call <= 5) throw busy()
      return numbered()(call, request)
    })
    const token = sourceOf(credential).get()
    await pass(30 * second)
    expect((await token).reveal()).toBe('token-6')
    const pauses = times.slice(1).map((at, index) => Math.round(at - (times[index] as number)))
    expect(pauses.map(pause => Math.ceil(pause / 500) / 2)).toEqual([0.5, 1, 2, 4, 8])
  })

  it('spreads these pauses down to nothing', async () => {
    random.mockReturnValue(0)
    const { credential } = timed((call, request) => {
      if (call <= 5) throw busy()
      return numbered()(call, request)
    })
    const token = sourceOf(credential).get()
    await pass(9)
    expect(credential.requests).toHaveLength(6)
    expect((await token).reveal()).toBe('token-6')
  })

  it('gives up within 30 s, with the last failure', async () => {
    const { credential } = timed(() => {
      throw busy()
    })
    const failed = outcome(sourceOf(credential).get())
    await pass(30 * second)
    expect(await Promise.race([failed, atOnce('waiting')])).toMatchObject({
      code: 'authority_unavailable',
      retryable: true,
    })
    expect(credential.requests.length).toBeGreaterThanOrEqual(6)
    expect(credential.requests.length).toBeLessThanOrEqual(7)
  })

  it('waits for as long as the authority asks, when that is within its time', async () => {
    const start = Date.now()
    const { credential, times } = timed((call, request) => {
      if (call === 1) throw busy(start + 12 * second)
      return numbered()(call, request)
    })
    const token = sourceOf(credential).get()
    await pass(12 * second - 1)
    expect(times).toEqual([start])
    await pass(1)
    expect((await token).reveal()).toBe('token-2')
    expect(times).toEqual([start, start + 12 * second])
  })

  it.each([30, 31])(
    'fails at once when the authority asks for all its time or more, %d s, and says when to come back',
    async asked => {
      const start = Date.now()
      const { credential } = timed(() => {
        throw busy(start + asked * second)
      })
      const failed = outcome(sourceOf(credential).get())
      expect(await Promise.race([failed, atOnce('waiting')])).toMatchObject({
        code: 'authority_unavailable',
        retryAt: start + asked * second,
      })
      expect(credential.requests).toHaveLength(1)
    },
  )

  it('is one for all who come between its tries', async () => {
    const { credential } = timed((call, request) => {
      if (call <= 3) throw busy()
      return numbered()(call, request)
    })
    const source = sourceOf(credential)
    const callers = [source.get()]
    for (let elapsed = 0; elapsed < 4 * second; elapsed += 100) {
      await pass(100)
      callers.push(source.get())
    }
    const tokens = new Set((await Promise.all(callers)).map(token => token.reveal()))
    expect(tokens).toEqual(new Set(['token-4']))
    expect(credential.requests).toHaveLength(4)
  })

  it('does not try again what cannot be mended by it', async () => {
    const { credential } = timed(() => {
      throw denied()
    })
    const failed = outcome(sourceOf(credential).get())
    await settle()
    expect(await failed).toMatchObject({ code: 'authority_refused' })
    expect(credential.requests).toHaveLength(1)
  })
})

describe('an acquisition that is over', () => {
  it('leaves no timer behind', async () => {
    const source = sourceOf(countedCredential())
    await source.get()
    expect(vi.getTimerCount()).toBe(0)
    await pass(3_595 * second)
    await source.get() // in the last seconds of the first token
    await settle()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is not taken up again after a pause, when whoever waited has gone', async () => {
    const { credential } = timed(() => {
      throw busy(Date.now() + 12 * second)
    })
    const caller = new AbortController()
    const gone = outcome(sourceOf(credential).get({ signal: caller.signal }))
    await pass(second)
    caller.abort(new Error('gone'))
    expect(await gone).toMatchObject({ message: 'gone' })
    await pass(29 * second)
    expect(credential.requests).toHaveLength(1)
  })
})

describe('a credential that may have been replaced', () => {
  function replaceable(changed: () => Promise<boolean>, failure = denied()) {
    const counted = countedCredential((call, request) => {
      if (call <= 2) throw failure
      return numbered()(call, request)
    })
    return { ...counted, changed: vi.fn(changed) }
  }

  it('is tried once more, at once, and only once', async () => {
    const credential = replaceable(async () => true)
    const startedAt = Date.now()
    expect(await outcome(sourceOf(credential).get())).toMatchObject({ code: 'authority_refused' })
    expect(Date.now()).toBe(startedAt)
    expect(credential.requests).toHaveLength(2)
    expect(credential.changed).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['was not', async () => false],
    ['cannot be looked at', () => Promise.reject(new Error('unreadable'))],
  ])('is not, when it %s', async (_, changed) => {
    const credential = replaceable(changed)
    expect(await outcome(sourceOf(credential).get())).toMatchObject({ code: 'authority_refused' })
    expect(credential.requests).toHaveLength(1)
  })

  it('is not looked at for a failure that passes by itself', async () => {
    const credential = replaceable(async () => true, busy())
    const token = sourceOf(credential).get()
    await pass(5 * second)
    expect((await token).reveal()).toBe('token-3')
    expect(credential.changed).not.toHaveBeenCalled()
  })

  it('is looked at once a second while its refusal is remembered, and tried when it was replaced', async () => {
    let replaced = false
    const credential = replaceable(async () => replaced)
    const source = sourceOf(credential)
    await outcome(source.get())
    await pass(second - 1)
    await outcome(source.get())
    expect(credential.changed).toHaveBeenCalledTimes(1)
    await pass(1)
    await outcome(source.get())
    await outcome(source.get())
    expect(credential.changed).toHaveBeenCalledTimes(2)
    expect(credential.requests).toHaveLength(1)
    replaced = true
    await pass(second)
    expect((await source.get()).reveal()).toBe('token-3')
    expect(credential.requests).toHaveLength(3)
  })
})

describe('a caller who joins an acquisition that has hung for long', () => {
  it('gets a try of its own when that fails', async () => {
    random.mockReturnValue(0)
    const credential = heldCredential()
    const source = sourceOf(credential)
    const first = outcome(source.get())
    await pass(25 * second)
    const late = source.get()
    await pass(5 * second)
    expect(await first).toMatchObject({ code: 'acquisition_timed_out' })
    credential.answer(4)
    expect((await late).reveal()).toBe('token-4')
  })

  it.each([
    ['before the last try began', 2],
    ['in the instant it began', 3],
  ])('gets none when it came %s', async (_, tries) => {
    random.mockReturnValue(0)
    const credential = heldCredential()
    const source = sourceOf(credential)
    const first = outcome(source.get())
    await pass((tries - 1) * 10 * second)
    while (credential.requests.length < tries) await pass(1)
    const joined = outcome(source.get())
    await pass(30 * second)
    expect(await Promise.race([joined, atOnce('waiting')])).toBe(await first)
    expect(credential.requests).toHaveLength(3)
  })

  it('waits 30 s in all', async () => {
    random.mockReturnValue(0)
    const credential = heldCredential()
    const source = sourceOf(credential)
    const first = outcome(source.get())
    await pass(25 * second)
    const late = outcome(source.get())
    await pass(30 * second - 1)
    await first
    expect(await Promise.race([late, atOnce('waiting')])).toBe('waiting')
    await pass(1)
    expect(await Promise.race([late, atOnce('waiting')])).toMatchObject({
      code: 'acquisition_timed_out',
    })
  })
})

describe('a credential that hangs', () => {
  it('is given 10 s a try and 30 s in all, whether or not it looks at the signal', async () => {
    const credential = heldCredential()
    const failed = outcome(sourceOf(credential).get())
    await pass(10 * second - 1)
    expect(credential.requests).toHaveLength(1)
    expect(credential.requests[0]?.signal.aborted).toBe(false)
    await pass(1)
    expect(credential.requests[0]?.signal.aborted).toBe(true)
    await pass(20 * second - 1)
    expect(await Promise.race([failed, atOnce('waiting')])).toBe('waiting')
    await pass(1)
    const error = await Promise.race([failed, atOnce('waiting')])
    expect(error).toMatchObject({ code: 'acquisition_timed_out', retryable: true })
    const said = /^\[acquisition_timed_out\] No token within ([\d.]+) s\. .*proxy/
    expect(Number(said.exec((error as Error).message)?.[1])).toBeLessThanOrEqual(10)
    expect(credential.requests).toHaveLength(3)
    expect(credential.requests.every(({ signal }) => signal.aborted)).toBe(true)
  })

  it('is asked again, and its late answer to the first try is not taken', async () => {
    random.mockReturnValue(0)
    const credential = heldCredential()
    const source = sourceOf(credential)
    const token = source.get()
    await pass(10 * second)
    credential.answer(1)
    await pass(1)
    credential.answer(2)
    expect((await token).reveal()).toBe('token-2')
    expect((await source.get()).reveal()).toBe('token-2')
  })

  it('ends no process when it fails after its time', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const credential = heldCredential()
    const failed = outcome(sourceOf(credential).get())
    await pass(30 * second)
    await failed
    for (const call of [1, 2, 3]) {
      credential.answer(call, () => {
        throw new Error('too late')
      })
    }
    await settle()
    await atOnce(undefined)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('of another kind: the look for a changed secret keeps nobody longer than a try either', async () => {
    const credential = {
      ...countedCredential(() => {
        throw denied()
      }),
      changed: () => new Promise<boolean>(() => {}),
    }
    const failed = outcome(sourceOf(credential).get())
    await pass(10 * second)
    expect(await Promise.race([failed, atOnce('waiting')])).toMatchObject({
      code: 'authority_refused',
    })
  })
})

describe('a credential of one’s own', () => {
  const vaultIsEmpty = Object.assign(new RangeError('my vault is empty'), { config: 'hush' })
  it.each([
    ['rejects', async () => Promise.reject(vaultIsEmpty)],
    [
      'throws',
      () => {
        throw vaultIsEmpty
      },
    ],
  ])('that %s gets a typed error with a copy of its own as the cause', async (_, acquire) => {
    const failed = outcome(sourceOf({ acquire }).get())
    await pass(10 * second)
    const error = await failed
    expect(error).toMatchObject({
      name: 'CloudPartnerAuthError',
      code: 'credential_failed',
      retryable: true,
      cause: { name: 'RangeError', message: 'my vault is empty' },
    })
    expect((error as Error).cause).not.toHaveProperty('config')
    expect((error as Error).message).toMatch(
      /^\[credential_failed\] .*RangeError: my vault is empty/,
    )
  })

  it('that rejects with something that is no error gets a typed error too', async () => {
    const acquire = () => Promise.reject('nope')
    const error = outcome(sourceOf({ acquire }).get())
    await pass(10 * second)
    expect(await error).toMatchObject({
      code: 'credential_failed',
      message: expect.stringMatching(/ before a token was had: nope\. /),
    })
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'eyJ'],
    ['an object without a token', { expiresAt: Number.MAX_SAFE_INTEGER }],
  ])('is told what to resolve with, not with %s', async (_, result) => {
    const error = await outcome(sourceOf({ acquire: async () => result as AccessToken }).get())
    expect(error).toMatchObject({
      code: 'credential_failed',
      retryable: false,
      message: expect.stringContaining('accessToken() makes'),
    })
  })

  it.each([
    ['an empty token', { reveal: () => '' }, /no access token/],
    ['a token that no header may hold', { reveal: () => 'a\r\nb: c' }, /no header may hold/],
    ['a token that is no text', { reveal: () => 7 as never }, /no header may hold/],
    ['no lifetime', { expiresAt: undefined as never }, /without a readable lifetime/],
    ['an unreadable lifetime', { expiresAt: Number.NaN }, /without a readable lifetime/],
    ['an endless lifetime', { expiresAt: Number.POSITIVE_INFINITY }, /without a readable lifetime/],
    ['a lifetime that is over', { acquiredAt: 0, expiresAt: 1 }, /had expired when it arrived/],
    ['a lifetime of nothing', { acquiredAt: 1, expiresAt: 1 }, /expired/],
  ])('is not trusted with %s', async (_, fields, message) => {
    const acquire = async () => handMade(fields)
    const error = await outcome(sourceOf({ acquire }).get())
    expect(error).toMatchObject({ code: 'authority_answer_invalid', retryable: false })
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).toMatch(
      /Check (that )?the (authority host|network path)|seems to be in seconds/,
    )
  })

  it('is not trusted with a token that ends this very instant', async () => {
    const acquire = async () => handMade({ acquiredAt: 0, expiresAt: Date.now() })
    expect(await outcome(sourceOf({ acquire }).get())).toMatchObject({ retryable: false })
  })

  it('may leave out when the token was acquired: it is renewed all the same', async () => {
    const credential = countedCredential((call, request) => ({
      ...numbered()(call, request),
      acquiredAt: undefined as never,
    }))
    const source = sourceOf(credential)
    await source.get()
    await pass(3_600 * second)
    expect((await source.get()).reveal()).toBe('token-2')
  })

  it('gets its token redacted, however it made it', async () => {
    const plain = { ...handMade({}), value: 'in plain sight' }
    const token = await sourceOf({ acquire: async () => plain }).get()
    expect(`${token} ${JSON.stringify(token)}`).toBe('[redacted] "[redacted]"')
  })

  it('is told the audience and given a signal', async () => {
    const credential = countedCredential()
    await sourceOf(credential).get()
    expect(credential.requests[0]).toMatchObject({ audience: 'https://api.example' })
    expect(credential.requests[0]?.signal).toBeInstanceOf(AbortSignal)
  })
})

function handMade(fields: Partial<AccessToken>): AccessToken {
  const { acquiredAt, expiresAt } = accessToken({ value: 'x', expiresAt: Date.parse('2100-01-01') })
  return { reveal: () => 'hand-made', acquiredAt, expiresAt, ...fields }
}

function timed(issue: Parameters<typeof countedCredential>[0] = numbered()) {
  const times: number[] = []
  const credential = countedCredential((call, request) => {
    times.push(Date.now())
    return issue(call, request)
  })
  return { credential, times }
}

function sourceOf(credential: Credential) {
  return tokenSource({ credential, audience: 'https://api.example', observe: () => {} })
}

function outcome(token: Promise<AccessToken>): Promise<AccessToken | CloudPartnerAuthError> {
  return token.catch((error: CloudPartnerAuthError) => error)
}

function atOnce<T>(value: T): Promise<T> {
  return new Promise(resolve => setImmediate(resolve, value))
}
