import { authFor, longEnough, loopback, tokens } from '@cloud-partner-auth/contract'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { axiosVersions } from './axios-versions.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe.each(axiosVersions)(
  'waiting for a token in axios $version',
  ({ axios, cloudPartnerInterceptor }) => {
    /** A client whose token does not come before `open()`. */
    function waitingClient(origin: string) {
      const { promise: opened, resolve: open } = Promise.withResolvers<void>()
      const acquiring = Promise.withResolvers<void>()
      const credential = tokens(() => {
        acquiring.resolve()
        return opened
      })
      const client = axios.create({ baseURL: origin })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(credential, [origin])))
      return { client, open, acquiring: acquiring.promise, credential }
    }

    it.each([undefined, new Error('gone')])(
      "ends by a signal in axios's own CanceledError (reason: %s)",
      async reason => {
        await using portal = await loopback((_request, response) => response.end())
        const { client, open, acquiring } = waitingClient(portal.origin)
        const controller = new AbortController()
        const aborted = client.get('/a', { signal: controller.signal }).catch(error => error)
        const other = client.get('/b')
        await acquiring
        controller.abort(reason)
        const error = await aborted
        expect(axios.isCancel(error)).toBe(true)
        expect(error).toBeInstanceOf(axios.CanceledError)
        expect(error).toMatchObject({ code: 'ERR_CANCELED', message: 'canceled' })
        open()
        await other
        expect(portal.received.map(({ url }) => url.split('?')[0])).toEqual(['/b'])
      },
    )

    it("ends by a cancel token in that token's own error", async () => {
      // No acquisition times out, so that nothing but the cancel token can end the waiting.
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      await using portal = await loopback((_request, response) => response.end())
      const { client, acquiring } = waitingClient(portal.origin)
      const { token, cancel } = axios.CancelToken.source()
      const aborted = client.get('/a', { cancelToken: token }).catch(error => error)
      await acquiring
      cancel('not any more')
      expect(await aborted).toBe(token.reason)
      expect(token.reason?.message).toBe('not any more')
      expect(portal.received).toHaveLength(0)
    })

    it('leaves no listener on a signal or a cancel token', async () => {
      await using portal = await loopback((_request, response) => response.end())
      const client = axios.create({ baseURL: portal.origin })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(tokens(), [portal.origin])))
      const { signal } = new AbortController()
      const { token } = axios.CancelToken.source()
      const added = vi.spyOn(signal, 'addEventListener')
      const removed = vi.spyOn(signal, 'removeEventListener')
      const unsubscribed = vi.spyOn(token, 'unsubscribe')
      const subscribed = vi.spyOn(token, 'subscribe')
      await client.get('/a', { signal, cancelToken: token })
      const ours = added.mock.calls.map(([, listener]) => listener)
      expect(ours).toHaveLength(2)
      expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
        expect.arrayContaining(ours),
      )
      expect(subscribed).toHaveBeenCalledTimes(2)
      expect(unsubscribed.mock.calls).toEqual(expect.arrayContaining(subscribed.mock.calls))
    })

    it.each([
      ['', {}],
      [' with a message of the caller', { timeoutErrorMessage: 'too slow' }],
      [' that is clarified', { transitional: { clarifyTimeoutError: true } }],
    ])("ends by the time-out in axios's own error%s", async (_how, options) => {
      await using silent = await loopback(() => {})
      const bare = await axios.get(silent.origin, { timeout: 20, ...options }).catch(error => error)

      const { client } = waitingClient(silent.origin)
      const ours = await client.get('/a', { timeout: 20, ...options }).catch(error => error)
      expect(ours).toBeInstanceOf(axios.AxiosError)
      expect([ours.code, ours.message]).toEqual([bare.code, bare.message])
      expect(ours.config).toMatchObject({ url: '/a', timeout: 20 })
      expect(silent.received.filter(({ url }) => url.startsWith('/a'))).toEqual([])
    })

    it('takes its time from that of the sending, whose error still names the whole', async () => {
      vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
      const timeouts: unknown[] = []
      const { client, open, acquiring } = waitingClient('http://127.0.0.1:1')
      client.defaults.adapter = async config => {
        timeouts.push(config.timeout, config.timeoutErrorMessage)
        return { data: '', status: 200, statusText: 'OK', headers: {}, config }
      }
      const sending = client.get('/a', { timeout: 1_000 })
      await acquiring
      vi.advanceTimersByTime(400)
      open()
      const { config } = await sending
      expect(timeouts).toEqual([600, 'timeout of 1000ms exceeded'])
      expect(config.timeout).toBe(1_000)
      expect(vi.getTimerCount()).toBe(0)
      expect(config).not.toHaveProperty('timeoutErrorMessage')
    })

    it('leaves the sending a time-out even where all of it is used up', async () => {
      vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
      const timeouts: unknown[] = []
      const { client, open, acquiring } = waitingClient('http://127.0.0.1:1')
      client.defaults.adapter = async config => {
        timeouts.push(config.timeout)
        return { data: '', status: 200, statusText: 'OK', headers: {}, config }
      }
      const sending = client.get('/a', { timeout: 1_000 })
      await acquiring
      vi.setSystemTime(Date.now() + 1_000) // as when something blocks the process: no timer has fired yet
      open()
      await sending
      expect(timeouts).toEqual([1])
    })

    it('has no end of its own where the caller set no time-out', async () => {
      vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
      const seen: unknown[] = []
      const { client, open, acquiring } = waitingClient('http://127.0.0.1:1')
      client.defaults.adapter = async config => {
        seen.push(config.timeout)
        return { data: '', status: 200, statusText: 'OK', headers: {}, config }
      }
      const sending = client.get('/a')
      await acquiring
      vi.advanceTimersByTime(5_000)
      open()
      await sending
      expect(seen).toEqual([0])
    })

    it('bounds the renewal of a refused token as well', async () => {
      await using portal = await loopback((_request, response) => response.writeHead(401).end())
      let asked = 0
      const never = new Promise<void>(() => {})
      const credential = tokens(() => (asked++ === 0 ? Promise.resolve() : never))
      const client = axios.create({ baseURL: portal.origin })
      client.interceptors.request.use(cloudPartnerInterceptor(authFor(credential, [portal.origin])))
      await longEnough(50, async span => {
        const error = await client.get('/a', { timeout: span }).catch(error => error)
        const message = `timeout of ${span}ms exceeded`
        expect([error.code, error.message]).toEqual(['ECONNABORTED', message])
        return portal.received.length > 0 || undefined
      })
      expect(asked).toBe(2)
    })
  },
)
