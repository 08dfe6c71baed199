import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { inspect } from 'node:util'
import { loopback, type Portal, startPortal } from '@cloud-partner-auth/contract'
import type { Dispatcher } from 'undici'
import { describe, expect, it } from 'vitest'
import { undiciMajors } from './undici-majors.ts'
import { agent, ways } from './ways.ts'

const cases = undiciMajors.flatMap(undiciMajor =>
  ways.map(way => ({ ...undiciMajor, undiciMajor, way })),
)

interface Trial {
  readonly portal: Portal
  readonly dispatcher: Dispatcher
  readonly request: { readonly origin: string; readonly path: string; readonly method: 'GET' }
}

describe.each(cases)('with the $way of undici $major', ({ undici, undiciMajor, way }) => {
  const { redirect, retry, responseError } = undici.interceptors

  /** Ways in which a request ends; each gives what its caller can lay hands on. */
  const ends: Record<string, (trial: Trial) => Promise<unknown>> = {
    'with an answer': ({ dispatcher, request }) => whole(dispatcher.request(request)),
    'with an unread answer': async ({ dispatcher, request }) => {
      const answer = await dispatcher.request(request)
      return [answer, answer.body, answer.context]
    },
    'with a 401': ({ portal, dispatcher, request }) => {
      portal.answer((_, response) => response.writeHead(401).end('refused'))
      return whole(dispatcher.request(request))
    },
    'by a reset before the answer': ({ portal, dispatcher, request }) => {
      portal.answer((_, response) => response.destroy())
      return thrownBy(dispatcher.request(request))
    },
    'by a reset within the answer': ({ portal, dispatcher, request }) => {
      portal.answer((_, response) => {
        response.write('begun')
        setImmediate(() => response.destroy())
      })
      return thrownBy(whole(dispatcher.request(request)))
    },
    'by what is no HTTP': ({ portal, dispatcher, request }) => {
      portal.answer((_, response) => response.socket?.end('nonsense'))
      return thrownBy(dispatcher.request(request))
    },
    'by its own time-out': ({ portal, dispatcher, request }) => {
      portal.answer(() => {})
      return thrownBy(dispatcher.request({ ...request, headersTimeout: 1 }))
    },
    'by an abort before the answer': ({ portal, dispatcher, request }) => {
      const controller = new AbortController()
      portal.answer(() => controller.abort())
      return thrownBy(dispatcher.request({ ...request, signal: controller.signal }))
    },
    'by an abort within the answer': async ({ portal, dispatcher, request }) => {
      const controller = new AbortController()
      portal.answer((_, response) => response.write('begun'))
      const answer = await dispatcher.request({ ...request, signal: controller.signal })
      controller.abort()
      return [answer, await thrownBy(answer.body.text())]
    },
    'by the end of its dispatcher': ({ portal, dispatcher, request }) => {
      portal.answer(() => void dispatcher.destroy())
      return thrownBy(dispatcher.request(request))
    },
    'by an invalid header': ({ dispatcher, request }) =>
      thrownBy(dispatcher.request({ ...request, headers: { 'x-a': 'a\nb' } })),
    'by an upgrade that is refused': ({ dispatcher, request }) =>
      thrownBy(dispatcher.upgrade({ ...request, protocol: 'websocket' })),
    'by code of its caller': ({ dispatcher, request }) =>
      thrownBy(
        dispatcher.stream(request, () => {
          throw new Error('not this')
        }),
      ),
    'as a stream': async ({ dispatcher, request }) => {
      const sink = new PassThrough()
      sink.resume()
      return [sink, await dispatcher.stream({ ...request, opaque: sink }, () => sink)]
    },
    'as a pipeline': async ({ dispatcher, request }) => {
      const line = dispatcher.pipeline(request, ({ body }) => body)
      line.end().resume()
      await once(line, 'end')
      return line
    },
    'by too many redirects': ({ portal, dispatcher, request }) => {
      portal.answer(({ url }, response) => {
        const location = `/api?${Number(url.split('?')[1]) + 1 || 0}`
        response.writeHead(302, { location }).end()
      })
      const followed = dispatcher.compose(redirect({ maxRedirections: 2 }))
      return thrownBy(whole(followed.request({ ...request, throwOnMaxRedirect: true } as never)))
    },
    'by too many retries': ({ portal, dispatcher, request }) => {
      portal.answer((_, response) => response.writeHead(503).end())
      const repeated = dispatcher.compose(retry({ maxRetries: 1, minTimeout: 0 }))
      return thrownBy(whole(repeated.request(request)))
    },
    'by an error that an interceptor makes of the answer': ({ portal, dispatcher, request }) => {
      portal.answer((_, response) => response.writeHead(403).end('{"error":"no"}'))
      const throwing = responseError ? dispatcher.compose(responseError()) : dispatcher
      return thrownBy(whole(throwing.request(request)))
    },
    'by a server that is not there': async ({ portal, dispatcher, request }) => {
      await portal.close()
      return thrownBy(dispatcher.request(request))
    },
    'by a redirect to a server that is not there': async ({ portal, dispatcher, request }) => {
      const gone = await loopback()
      await gone.close()
      portal.answer((_, response) => response.writeHead(302, { location: gone.origin }).end())
      const followed = dispatcher.compose(redirect({ maxRedirections: 2 }))
      return thrownBy(followed.request(request))
    },
  }

  it.each(Object.entries(ends))('shows no token to who sees a request end %s', async (_, end) => {
    await using portal = await startPortal()
    portal.refuseFirst()
    const dispatcher = agent(undiciMajor, way, portal.auth())
    const request = { origin: portal.origin, path: '/api', method: 'GET' } as const
    const seen = await end({ portal, dispatcher, request })
    expect(seen).toBeDefined()
    expect(inspect(seen, { depth: Number.POSITIVE_INFINITY, showHidden: true, maxStringLength: null, maxArrayLength: null })).not.toMatch(/token-\d/) // biome-ignore format: one line reads better
    expect(asJson(seen)).not.toMatch(/token-\d/)
  })
})

async function whole(sent: Promise<Dispatcher.ResponseData>): Promise<unknown> {
  const answer = await sent
  return [answer, await answer.body.text()]
}

/** An array, so that an answer in place of an error is seen too. */
async function thrownBy(sent: Promise<unknown>): Promise<unknown> {
  return sent.catch(error => [error, error.cause])
}

function asJson(value: unknown): string {
  const met = new WeakSet<object>()
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return String(part)
    if (typeof part !== 'object' || part === null) return part
    if (met.has(part)) return undefined
    met.add(part)
    return part
  })
}
