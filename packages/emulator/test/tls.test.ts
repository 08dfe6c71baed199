import { request } from 'node:https'
import { connect } from 'node:net'
import { json, text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Emulator, startEmulator } from '../src/index.ts'

let emulator: Emulator
beforeAll(async () => {
  emulator = await startEmulator({ tls: true })
})
afterAll(() => emulator.close())

/** The answer over https from a client that trusts nothing but `ca`. */
function get(url: string, ca: string | undefined): Promise<{ status?: number; body: unknown }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status?: number; body: unknown }>()
  request(url, { ca })
    .on('response', response => {
      json(response).then(body => resolve({ status: response.statusCode ?? 0, body }), reject)
    })
    .on('error', reject)
    .end()
  return promise
}

describe('an emulator with tls', () => {
  it.each(['127.0.0.1', 'localhost'])('is trusted by its ca as %s', async host => {
    expect(emulator.origin).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect(emulator.env['AZURE_AUTHORITY_HOST']).toBe(emulator.origin)
    const url = new URL('/api/offerTypes', emulator.origin)
    url.hostname = host
    expect(await get(url.href, emulator.ca)).toMatchObject({ status: 401 })
  })

  it('is not trusted without it', async () => {
    await expect(get(emulator.origin, undefined)).rejects.toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY/),
    })
  })

  it('hears plain http on the same port, where redirects may lead', async () => {
    emulator.clearLog()
    emulator.faults.add({ type: 'redirect', to: 'http', count: 1 })
    const location = emulator.origin.replace('https', 'http')
    const response = await fetch(`${location}/api/offerTypes?api-version=2017-10-31`, {
      redirect: 'manual',
    })
    expect([response.status, response.headers.get('location')]).toEqual([
      307,
      `${location}/api/offerTypes?api-version=2017-10-31`,
    ])
    expect(emulator.requests).toHaveLength(1)
  })

  it('resets connections when told to', async () => {
    emulator.faults.add({ type: 'reset', count: 1 })
    await expect(get(`${emulator.origin}/api/offerTypes`, emulator.ca)).rejects.toThrow(
      /hang up|RESET/,
    )
  })

  it('answers what is neither TLS nor HTTP', async () => {
    const socket = connect(Number(new URL(emulator.origin).port), '127.0.0.1')
    socket.end('nonsense\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400 /)
  })

  it('closes with connections open that have said nothing', async () => {
    const other = await startEmulator({ tls: true })
    const socket = connect(Number(new URL(other.origin).port), '127.0.0.1')
    await new Promise(resolve => socket.once('connect', resolve))
    const ended = new Promise(resolve => socket.on('error', () => {}).once('close', resolve))
    await other.close()
    await ended
  })
})
