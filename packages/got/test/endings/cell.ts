import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { authFor, tokens } from '@cloud-partner-auth/contract'
import type { Credential } from '@cloud-partner-auth/core'
import type { Got, OptionsInit, Request, RequestPromise, Response, StreamOptions } from 'got'
import { cloudPartnerHooks } from '../../src/index.ts'
import { type EndingServer, endingServer, type Protocol } from './server.ts'

/** One way in which one major of got sends. */
export interface Column {
  readonly major: number
  readonly got: Got
  readonly transport: Transport
}

export interface Transport {
  readonly name: string
  readonly protocol: Protocol
  /** Default: `localhost`. Clients remember of a host and its port whether HTTP/2 is spoken there; ports come again. */
  readonly host?: string
  readonly http2?: boolean
  readonly cache?: boolean
  readonly stream?: boolean
}

export const transports: readonly Transport[] = [
  { name: 'HTTP/1', protocol: 'http' },
  { name: 'TLS', protocol: 'https' },
  { name: 'HTTP/2', protocol: 'h2', http2: true },
  { name: '1.1 by ALPN', protocol: 'https', http2: true, host: '127.0.0.1' },
  { name: 'cache', protocol: 'http', cache: true },
  { name: 'stream', protocol: 'http', stream: true },
  { name: 'HTTP/2 stream', protocol: 'h2', http2: true, stream: true },
]

/** What a request ended with. */
export interface Ending {
  readonly error?: GotError
  readonly response?: Response
  readonly stream?: Request
}

interface GotError extends Error {
  readonly options?: Request['options']
  readonly request?: Request
  readonly response?: Response
}

/** A client, what it talks to, and one request of it. */
export interface Cell extends AsyncDisposable {
  readonly column: Column
  readonly server: EndingServer
  /** An origin that no token may go to. */
  readonly elsewhere: EndingServer
  /** A covered origin where nobody listens. */
  readonly nobody: string
  /** A covered origin where connections are taken and nothing is said. */
  readonly silent: string
  /** Resolves when the silent one has a connection. */
  connected(): Promise<void>
  /** Resolves when a token has been asked for. */
  asked(): Promise<void>
  /** Hands out a token that is held. */
  handOut(): void
  /** The options of the caller's, which got is to hand out again. */
  given(): OptionsInit
  send(url: string, options?: OptionsInit): void
  /** The request under way: a promise of got's, or a stream. */
  sent(): RequestPromise<Response> | Request
  ended(): Promise<Ending>
  /** Aborts it in the way that this major has. */
  giveUp(): void
}

export async function cell(
  column: Column,
  { credential, held }: { readonly credential?: Credential; readonly held?: boolean },
): Promise<Cell> {
  const { got, major, transport } = column
  const { protocol, host = 'localhost', http2 = false, cache, stream } = transport
  const elsewhere = await endingServer('http', host)
  const server = await endingServer(protocol, host, `${elsewhere.origin}/ok`)
  const connected = Promise.withResolvers<void>()
  const connections = new Set<Socket>()
  const silence = createServer(socket => {
    connections.add(socket.on('error', () => {}))
    connected.resolve()
  })
  silence.listen(0, host)
  await once(silence, 'listening')
  const scheme = protocol === 'http' ? 'http' : 'https'
  const silent = `${scheme}://${host}:${(silence.address() as AddressInfo).port}` // a TCP server that listens has one
  const nobody = `${scheme}://${host}:1`

  const asked = Promise.withResolvers<void>()
  const handedOut = Promise.withResolvers<void>()
  if (!held) handedOut.resolve()
  const gate = () => {
    asked.resolve()
    return handedOut.promise
  }
  const covered = [server, { origin: silent }, { origin: nobody }]
  const auth = authFor(credential ?? tokens(gate), covered)
  const controller = new AbortController()
  const own: OptionsInit = {
    http2,
    ...(cache && { cache: new Map() }),
    ...(major > 11 && { signal: controller.signal }),
    https: { rejectUnauthorized: false },
    retry: { limit: 0, calculateDelay: ({ computedValue }) => Math.min(computedValue, 1) },
  }
  const client = got.extend(cloudPartnerHooks(auth), own)
  let given = own
  let sent: RequestPromise<Response> | Request
  let ended: Promise<Ending>

  return {
    column,
    server,
    elsewhere,
    nobody,
    silent,
    connected: () => connected.promise,
    asked: () => asked.promise,
    handOut: () => handedOut.resolve(),
    given: () => given,
    send(url, options = {}) {
      given = { ...own, ...options, retry: { ...own.retry, ...options.retry } }
      try {
        if (stream) {
          const begun = client.stream(url, options as StreamOptions)
          sent = begun
          ended = endOf(begun)
        } else {
          const begun = client(url, options as object) as RequestPromise<Response>
          sent = begun
          ended = begun.then(
            response => ({ response }),
            error => ({ error }),
          )
        }
      } catch (error) {
        // Got 11 throws what an init hook throws.
        ended = Promise.resolve({ error: error as GotError })
      }
    },
    sent: () => sent,
    ended: () => ended,
    giveUp() {
      if (major > 11) controller.abort()
      else if (stream) (sent as Request).destroy()
      else (sent as unknown as { cancel(): void }).cancel()
    },
    async [Symbol.asyncDispose]() {
      silence.close()
      for (const connection of connections) connection.destroy()
      await server[Symbol.asyncDispose]()
      await elsewhere[Symbol.asyncDispose]()
    },
  }
}

function endOf(stream: Request): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>()
  let response: Response | undefined
  const end = (error?: GotError) =>
    resolve({ stream, ...(response && { response }), ...(error && { error }) })
  stream.on('response', answer => {
    response = answer
  })
  stream.on('error', end)
  stream.on('end', () => end())
  stream.on('close', () => end())
  stream.resume()
  return promise
}
