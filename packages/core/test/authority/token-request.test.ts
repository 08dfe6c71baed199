import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { requestToken } from '../../src/authority/token-request.ts'

const mebibyte = 1024 * 1024
const token = { access_token: 'eyJ.a.b', expires_in: 3599 }

/** One request of `url`, which nobody needs, where `fetch` answers. */
function request(fetch?: typeof globalThis.fetch, url = 'https://login.example/') {
  const form = new URLSearchParams({ client_secret: 's3cret' })
  return requestToken({ url, form, fetch, signal: new AbortController().signal })
}

/** Pieces of white space without end, and how many of them were asked for. */
function endless() {
  const piece = new Uint8Array(mebibyte / 16).fill(32)
  const given = { pieces: 0, ended: false }
  async function* pieces() {
    try {
      for (;;) {
        given.pieces++
        yield piece
      }
    } finally {
      given.ended = true
    }
  }
  return { given, pieces }
}

type Parts = { readonly status: number; readonly headers: Headers }

/** What `fetch` may resolve with: its own Response, or that of node-fetch, or what a test has made. */
const kinds: readonly (readonly [string, (parts: Parts, text: string) => unknown])[] = [
  ['a Response', (parts, text) => new Response(text, parts)],
  [
    'a Response with a body of Node',
    (parts, text) => ({ ...parts, body: Readable.from(Buffer.from(text)) }),
  ],
  [
    'a Response with a body of Node that gives texts',
    (parts, text) => ({ ...parts, body: Readable.from([...text]) }),
  ],
  ['a Response whose body is whole', (parts, text) => ({ ...parts, text: async () => text })],
  [
    'a Response without a body of its own',
    (parts, text) => ({ ...parts, body: null, text: async () => text }),
  ],
]

describe.each(kinds)('an answer that is %s', (_, make) => {
  const fetch = (text: string, status = 200) =>
    (async () =>
      make(
        { status, headers: new Headers({ 'content-type': 'application/json' }) },
        text,
      )) as unknown as typeof globalThis.fetch

  it('is read as JSON', async () => {
    const answer = await request(fetch(JSON.stringify({ ...token, note: 'ä🦋' })))
    expect(answer).toMatchObject({ status: 200, body: { ...token, note: 'ä🦋' } })
    expect(answer.headers).toEqual({ 'content-type': 'application/json' })
  })

  it('is read up to 1 MiB and not beyond', async () => {
    const text = JSON.stringify(token)
    const { body } = await request(fetch(text.padEnd(mebibyte)))
    expect(body).toEqual(token)
    await expect(request(fetch(text.padEnd(mebibyte + 1)))).rejects.toMatchObject({
      code: 'authority_answer_invalid',
      message: expect.stringContaining('application/json, more than 1 MiB long'),
    })
  })

  it('is judged by its status where it is too long', async () => {
    await expect(request(fetch(' '.repeat(mebibyte + 1), 503))).rejects.toMatchObject({
      code: 'authority_unavailable',
      retryable: true,
    })
  })
})

describe('an answer without an end', () => {
  it.each([
    ['a web stream', (pieces: () => AsyncGenerator<Uint8Array>) => ReadableStream.from(pieces())],
    ['a stream of Node', (pieces: () => AsyncGenerator<Uint8Array>) => Readable.from(pieces())],
  ])('is given up after 1 MiB, and its connection with it: %s', async (_, streamOf) => {
    const { given, pieces } = endless()
    const answer = { status: 200, headers: new Headers(), body: streamOf(pieces) }
    const fetch = (async () => answer) as unknown as typeof globalThis.fetch
    await expect(request(fetch)).rejects.toMatchObject({ code: 'authority_answer_invalid' })
    expect(given.pieces).toBeLessThan(64)
    expect(given.ended).toBe(true)
  })

  it('is measured after it was decompressed', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * mebibyte, ' '))
    let closed: () => void
    const closing = new Promise<void>(resolve => {
      closed = resolve
    })
    const server = createServer((incoming, response) => {
      incoming.resume()
      response.on('close', () => closed())
      response.writeHead(200, { 'content-encoding': 'gzip' }).write(bomb) // and never ends
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo // a listening TCP server has one
    await expect(request(undefined, `http://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'authority_answer_invalid',
      message: expect.stringContaining('a body of no known type, more than 1 MiB long'),
    })
    await closing
    server.close()
  })
})
