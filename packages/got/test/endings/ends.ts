import { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { Credential } from '@cloud-partner-auth/core'
import type { OptionsInit, Request } from 'got'
import type { Cell, Column } from './cell.ts'

/** A way in which a request can end. */
export interface End {
  readonly title: string
  /** Why it cannot end so. */
  lacking?(column: Column): string | false | undefined
  /** Default: one that hands out tokens. */
  readonly credential?: Credential
  /** The token is handed out when the cell is told to. */
  readonly held?: boolean
  /** Sends it, and does to it on its way what it is to end by. */
  run(cell: Cell): Promise<void> | void
  /** The names an error of it may have; none where it succeeds, or ends without one. */
  error?(column: Column): readonly string[]
}

const noStream = ({ transport }: Column) =>
  transport.stream && 'a stream parses and retries nothing by itself'
const onlyStream = ({ transport }: Column) => !transport.stream && 'only a stream can be destroyed'
const noSignal = ({ major }: Column) => major === 11 && 'got 11 has no signal'
const noHttp2 = ({ transport }: Column) =>
  transport.http2 && 'got connects in another way for HTTP/2'
const neverEnds = 'without us, too, got does not end it'
const onlyTls = ({ transport }: Column) => transport.protocol === 'http' && 'without TLS'

const abortNames = ({ major, transport }: Column): string[] =>
  major > 11 ? ['AbortError'] : transport.stream ? [] : ['CancelError']
const failed = () => ['RequestError', 'ReadError']
const refused = () => ['HTTPError']
const thrown = () => ['RequestError']
// Over HTTP/2 the time may be up while got connects, or got take the stream's end for the answer's, as without us.
const timedOut = ({ transport }: Column) =>
  transport.http2 ? ['TimeoutError', 'RequestError', 'ReadError', ''] : ['TimeoutError']

const mine = () => {
  throw new Error('mine')
}
/** As a server that never answers makes it. */
const neverConnecting = (begun = () => {}): OptionsInit => ({
  createConnection() {
    begun()
    const socket = Object.assign(new Socket(), { connecting: true })
    // Got counts from here on.
    setImmediate(() => socket.emit('lookup', null, '127.0.0.1', 4, 'localhost'))
    return socket
  },
})
const silence = () => new Promise<never>(() => {})

function at(path: string, options?: OptionsInit): End['run'] {
  return cell => cell.send(cell.server.origin + path, options)
}

function upload(body: () => Readable): End['run'] {
  return cell => cell.send(`${cell.server.origin}/ok`, { method: 'POST', body: body() })
}

function hook(name: string, path: string, options: OptionsInit = {}): End {
  const run = at(path, { ...options, hooks: { [name]: [mine] } })
  return { title: `a ${name} hook that throws`, run, error: thrown }
}

/** `after` tells when. */
function abort(when: string, path: string, after: (cell: Cell) => Promise<unknown>): End {
  return {
    title: `an abort ${when}`,
    async run(cell) {
      at(path)(cell)
      await after(cell)
      cell.giveUp()
    },
    error: abortNames,
  }
}

function timeOut(what: string, path: string, options: OptionsInit = {}): End {
  const run = at(path, { ...options, timeout: { [what]: 40 } })
  return { title: `the time-out of ${what}`, run, error: timedOut }
}

const answered: readonly End[] = [
  { title: 'an answer', run: at('/ok') },
  { title: 'a redirect on the origin', run: at('/to-ok') },
  {
    title: 'a redirect to a foreign origin',
    run: at('/to-elsewhere'),
    lacking: ({ major, transport }) =>
      major === 11 && transport.cache && 'got 11 delivers nothing that it keeps',
  },
  {
    title: 'a token that is replaced',
    run: at('/refuse-first'),
    error: ({ transport }) => (transport.stream ? refused() : []),
  },
  { title: 'a token that is refused again', run: at('/refuse'), error: refused },
  { title: 'an error of HTTP', run: at('/fail'), error: refused },
  { title: 'a retry', run: at('/fail-first', { retry: { limit: 1 } }), lacking: noStream },
  {
    title: 'retries without success',
    run: at('/fail', { retry: { limit: 1 } }),
    lacking: noStream,
    error: refused,
  },
  {
    title: 'an answer that is no JSON',
    run: at('/garble', { responseType: 'json' }),
    lacking: noStream,
    error: () => ['ParseError'],
  },
  { title: 'an answer that is no gzip', run: at('/break'), error: failed },
  { title: 'a redirect without end', run: at('/loop'), error: () => ['MaxRedirectsError'] },
]

const notAnswered: readonly End[] = [
  { title: 'a reset before the answer', run: at('/reset'), error: failed },
  {
    title: 'a reset within the answer',
    run: at('/cut'),
    lacking: ({ major, transport }) => major === 11 && transport.protocol === 'h2' && neverEnds,
    // To got 12 to 14 it is the answer's end, as without us.
    error: ({ major, transport }) => (transport.protocol === 'h2' && major < 15 ? [] : failed()),
  },
  { title: 'a refused connection', run: cell => cell.send(`${cell.nobody}/ok`), error: failed },
  {
    title: 'a header that Node refuses',
    run: at('/ok', { headers: { own: 'a\nb' } }),
    error: thrown,
  },
  {
    title: 'no token',
    credential: {
      acquire: () => Promise.reject(Object.assign(new Error('no'), { retryable: false })),
    },
    run: at('/ok'),
    error: () => ['CloudPartnerAuthError'],
  },
  {
    title: 'a body that fails',
    run: upload(() =>
      Readable.from(
        (async function* () {
          yield 'a'
          throw new Error('mine')
        })(),
      ),
    ),
    error: () => ['UploadError', ...thrown()],
  },
]

const givenUp: readonly End[] = [
  {
    title: 'an abort before it begins',
    run(cell) {
      const { major } = cell.column
      if (major > 11) cell.giveUp()
      at('/ok')(cell)
      if (major === 11) cell.giveUp()
    },
    error: abortNames,
  },
  { ...abort('while it waits for a token', '/ok', cell => cell.asked()), held: true },
  // From one to the other got goes through some ten of them.
  ...[0, 3, 6, 12, 24].map(
    (count): End => ({
      ...abort(`${count} microtasks after the token`, '/ok', async cell => {
        await cell.asked()
        cell.handOut()
        for (let done = 0; done < count; done++) await undefined
      }),
      held: true,
    }),
  ),
  {
    title: 'an abort while it connects',
    async run(cell) {
      if (cell.column.transport.protocol === 'http') {
        const { promise: connecting, resolve } = Promise.withResolvers<void>()
        at('/ok', neverConnecting(resolve))(cell)
        await connecting
      } else {
        cell.send(cell.silent)
        await cell.connected()
      }
      cell.giveUp()
    },
    error: abortNames,
  },
  abort('on its way', '/hang', cell => cell.server.arrived()),
  abort('within the answer', '/drip', cell => dataOf(cell)),
  { ...abort('after the answer', '/ok', cell => cell.ended()), error: () => [] },
  ...[undefined, new Error('mine')].map(
    (error): End => ({
      title: `a stream destroyed on its way${error ? ' with an error' : ''}`,
      async run(cell) {
        at('/hang')(cell)
        await cell.server.arrived()
        const stream = cell.sent() as Request
        stream.destroy(error)
      },
      lacking: onlyStream,
      error: () => (error ? thrown() : []),
    }),
  ),
  {
    title: 'a stream destroyed within the answer',
    async run(cell) {
      at('/drip')(cell)
      await dataOf(cell)
      const stream = cell.sent() as Request
      stream.destroy()
    },
    lacking: onlyStream,
  },
]

const late: readonly End[] = [
  timeOut('request', '/hang'),
  {
    ...timeOut('request', '/hang'),
    title: 'the time-out of request, waiting for a token',
    held: true,
  },
  timeOut('response', '/hang'),
  {
    ...timeOut('socket', '/hang'),
    lacking: ({ major, transport }) =>
      (major === 14 || major === 15) && transport.name === '1.1 by ALPN' && neverEnds,
  },
  {
    ...timeOut('read', '/drip'),
    lacking: ({ major }) => major === 11 && 'got 11 has no such time-out',
  },
  {
    ...timeOut('lookup', ''),
    run: cell =>
      cell.send(`${cell.server.origin}/ok`, {
        [cell.column.major === 11 ? 'lookup' : 'dnsLookup']: silence,
        timeout: { lookup: 40 },
      }),
    lacking: noHttp2,
  },
  {
    ...timeOut('connect', '/ok', neverConnecting()),
    lacking: noHttp2,
    error: column => ['Error', ...timedOut(column)], // got hands out either, as without us
  },
  {
    ...timeOut('secureConnect', ''),
    run: cell => cell.send(cell.silent, { timeout: { secureConnect: 40 } }),
    lacking: column =>
      onlyTls(column) || (column.major === 11 && column.transport.http2 && neverEnds),
    error: timedOut,
  },
  {
    ...timeOut('send', ''),
    run: cell =>
      cell.send(`${cell.server.origin}/hang`, {
        method: 'POST',
        body: new Readable({ read() {} }),
        timeout: { send: 40 },
      }),
    lacking: ({ transport }) => transport.protocol === 'h2' && neverEnds,
  },
  {
    title: 'a signal that is a time-out',
    run: cell => cell.send(`${cell.server.origin}/hang`, { signal: AbortSignal.timeout(40) }),
    lacking: noSignal,
    error: ({ major }) => [major < 14 ? 'AbortError' : 'TimeoutError'],
  },
]

const byUser: readonly End[] = [
  {
    ...hook('init', '/ok'),
    lacking: ({ major, transport }) =>
      transport.stream && major > 11 && major < 15 && 'got 12 to 14 make no stream then',
  },
  hook('beforeRequest', '/ok'),
  hook('beforeRedirect', '/to-ok'),
  { ...hook('beforeRetry', '/fail-first', { retry: { limit: 1 } }), lacking: noStream },
  hook('beforeError', '/fail'),
  { ...hook('afterResponse', '/ok'), lacking: noStream },
  { title: 'a request function that throws', run: at('/ok', { request: mine }), error: thrown },
  {
    title: 'a request function that rejects',
    run: at('/ok', { request: (async () => mine()) as never }),
    error: thrown,
  },
  {
    title: 'an abort while a request function is at work',
    async run(cell) {
      const { promise: atWork, resolve } = Promise.withResolvers<void>()
      at('/ok', {
        request: () => {
          resolve()
          return silence() as never
        },
      })(cell)
      await atWork
      cell.giveUp()
    },
    error: abortNames,
  },
  {
    title: 'a cookie jar that fails',
    run: at('/ok', {
      cookieJar: { getCookieString: async () => mine(), setCookie: async () => undefined },
    }),
    error: thrown,
  },
]

export const ends: readonly End[] = [...answered, ...notAnswered, ...givenUp, ...late, ...byUser]

/** Resolves once a part of the body has come. */
function dataOf(cell: Cell): Promise<void> {
  const sent = cell.sent() as Request
  return new Promise(resolve => {
    sent.on('downloadProgress', ({ transferred }) => {
      if (transferred > 0) resolve()
    })
  })
}
