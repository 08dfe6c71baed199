import { authFor, longEnough, loopback, taking, tokens } from '@cloud-partner-auth/contract'
import { cloudPartnerAuth, cloudPartnerPortal } from '@cloud-partner-auth/core'
import { describe, expect, it } from 'vitest'
import { cloudPartnerHooks } from '../src/index.ts'
import { gotMajors } from './got-majors.ts'

describe.each(gotMajors)('waiting for a token in got $major', ({ major, got }) => {
  it("ends in got's own time-out, which leaves the acquisition to others", async () => {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    await using portal = await loopback()
    const client = got.extend(
      cloudPartnerHooks(
        authFor(
          tokens(() => opened),
          [portal],
        ),
      ),
    )
    const other = client(portal.origin)
    const timeout = { request: 50 }
    const late = await client(portal.origin, { timeout, retry: { limit: 0 } }).catch(error => error)
    expect(late.constructor.name).toBe('TimeoutError')
    expect(late).toMatchObject({ name: 'TimeoutError', code: 'ETIMEDOUT', event: 'request' })
    expect(late.message).toBe("Timeout awaiting 'request' for 50ms")
    expect(late.stack).toContain(late.message)
    expect(late.options.timeout.request).toBe(50)
    expect(late.options.request).toBeUndefined()
    expect(portal.received).toEqual([])
    open()
    await other
    expect(portal.authorizations()).toEqual(['Bearer canary-1'])
  })

  it('is retried by the client as its own time-outs are', async () => {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    await using portal = await loopback()
    const client = got.extend(
      cloudPartnerHooks(
        authFor(
          tokens(() => opened),
          [portal],
        ),
      ),
    )
    const { retryCount } = await client(portal.origin, {
      timeout: { request: 50 },
      retry: {
        limit: 1,
        calculateDelay({ computedValue }) {
          open()
          return Math.min(computedValue, 1)
        },
      },
    })
    expect(retryCount).toBe(1)
    expect(portal.received).toHaveLength(1)
  })

  it('leaves the sending what is left of the time', async () => {
    await longEnough(450, async span => {
      const slowly = () => new Promise<void>(resolve => setTimeout(resolve, (span * 2) / 3))
      await using portal = await loopback((_request, response) =>
        slowly().then(() => response.end()),
      )
      const client = got.extend(cloudPartnerHooks(authFor(tokens(slowly), [portal])))
      const options = { timeout: { request: span }, retry: { limit: 0 } }
      const error = await client(portal.origin, options).catch(error => error)
      expect(error.message).toBe(`Timeout awaiting 'request' for ${span}ms`)
      expect(error.options.timeout.request).toBe(span)
      return portal.received.length === 1 || undefined
    })
  })

  it("for a renewal ends in got's own time-out too", async () => {
    const { promise: opened } = Promise.withResolvers<void>()
    let asked = 0
    const credential = tokens(() => (asked++ ? opened : Promise.resolve()))
    await using portal = await loopback(taking(credential))
    const client = got.extend(cloudPartnerHooks(authFor(credential, [portal])))
    await client(portal.origin)
    credential.revoke()
    await longEnough(200, async span => {
      const options = { timeout: { request: span }, retry: { limit: 0 } }
      const error = await client(portal.origin, options).catch(error => error)
      const message = `Timeout awaiting 'request' for ${span}ms`
      expect(error).toMatchObject({ code: 'ETIMEDOUT', message })
      return portal.received.length > 1 || undefined
    })
  })

  it('takes any time-out that got takes', async () => {
    await using portal = await loopback()
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])))
    const none = major < 16 ? [] : [Number.POSITIVE_INFINITY]
    for (const request of [12_345.6, 2 ** 31 - 1, ...none])
      expect((await client(portal.origin, { timeout: { request } })).statusCode).toBe(200)
  })

  it('ends when the caller gives the request up, which then is not sent', async () => {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    await using portal = await loopback()
    const credential = tokens(() => {
      asked.resolve()
      return opened
    })
    const client = got.extend(cloudPartnerHooks(authFor(credential, [portal])))
    const controller = new AbortController()
    const { signal } = controller
    const sent = client(portal.origin, major === 11 ? {} : { signal })
    await asked.promise
    if (major === 11) (sent as unknown as { cancel(): void }).cancel()
    else controller.abort()
    const error = await sent.catch(error => error)
    expect(error.name).toBe(major === 11 ? 'CancelError' : 'AbortError')
    open()
    await client(portal.origin)
    expect(portal.received).toHaveLength(1)
  })
})

// Got 11 knows no signals.
describe.each(gotMajors.filter(({ major }) => major > 11))('waiting in got $major', ({ got }) => {
  it.each([{}, { request: 60_000 }])(
    "ends by the caller's signal (time-out: %o)",
    async timeout => {
      const asked = Promise.withResolvers<void>()
      let waiting: AbortSignal | undefined
      const source = {
        current: () => undefined,
        get(options?: { signal?: AbortSignal | undefined }) {
          waiting = options?.signal
          asked.resolve()
          return new Promise<never>(() => {})
        },
        renew: () => new Promise<never>(() => {}),
        trust() {},
        close() {},
      }
      const covering = () => ({ api: cloudPartnerPortal, source })
      const client = got.extend(cloudPartnerHooks({ ...cloudPartnerAuth(), covering }))
      const controller = new AbortController()
      const { signal } = controller
      const sent = client('http://127.0.0.1:9', { timeout, signal }).catch(error => error.name)
      await asked.promise
      expect(waiting?.aborted).toBe(false)
      controller.abort()
      expect(waiting?.aborted).toBe(true)
      expect(await sent).toBe('AbortError')
    },
  )
})
