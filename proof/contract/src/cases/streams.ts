import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { settled } from '../expectations/outcome.ts'
import { versioned } from '../expectations/wire.ts'
import { digest } from '../stage/recording-server.ts'
import { refusal } from '../stage/stage-portal.ts'
import type { Client, Sending, Streamed, Traits } from '../subject.ts'
import { renewedInTheBackground, withRevokedToken } from './refusal.ts'

const lacking = ({ traits }: { traits: Traits }) =>
  !traits.streams && 'the client has no streamed answers'

export const streamCases: readonly ContractCase[] = [
  {
    title: 'hands over every byte of a streamed answer',
    lacking,
    async run(stage) {
      const content = randomBytes(1_000_000)
      const urls: unknown[] = []
      const server = await stage.serve(({ url, headers: { authorization } }, response) => {
        urls.push(url, authorization)
        response.end(content)
      })
      const auth = stage.makeAuth({ origins: [server.origin] })
      const answer = await stream(stage.ours({ auth }), { url: `${server.origin}/api/offers` })
      expect(answer.status).toBe(200)
      expect(digest(await read(answer))).toBe(digest(content))
      expect(urls).toEqual([versioned('/api/offers'), `Bearer ${stage.authority.issued[0]}`])
    },
  },
  {
    title: 'frees the connection of a streamed answer that the caller leaves before its end',
    lacking,
    async run(stage) {
      const closed = Promise.withResolvers<void>()
      const server = await stage.serve((_request, response) => {
        response.once('close', closed.resolve)
        response.write('first') // and no more, ever
      })
      const auth = stage.makeAuth({ origins: [server.origin] })
      const answer = await stream(stage.ours({ auth }), { url: server.origin })
      expect(server.openConnections()).toBe(1)
      for await (const chunk of answer.body) {
        expect(String(Buffer.from(chunk))).toBe('first')
        break
      }
      // This connection has to close. Undici may open another one at once, with the adapter and without it.
      await settled(closed.promise)
    },
  },
  {
    title:
      'has a streamed answer begin anew when its token was refused, or hands over the 401 unread',
    lacking,
    async run(stage) {
      const { client, url, bearer } = await withRevokedToken(stage)
      const answer = await stream(client, { url })
      const text = String(await read(answer))
      if (stage.traits.streams === 'resent') {
        expect(answer.status).toBe(200)
        expect(JSON.parse(text)).toMatchObject({ method: 'GET', url: versioned('/api/offers') })
        expect(stage.portal.authorizations().slice(1)).toEqual([bearer(0), bearer(1)])
      } else {
        expect([answer.status, text]).toEqual([401, refusal])
        expect(stage.portal.authorizations().slice(1)).toEqual([bearer(0)])
        await renewedInTheBackground(stage)
        const next = await stream(client, { url })
        expect(next.status).toBe(200)
        await read(next)
      }
      expect(stage.authority.received).toHaveLength(2)
    },
  },
]

function stream(client: Client, request: Sending): Promise<Streamed> {
  if (!client.stream)
    throw new TypeError('traits.streams is declared, but the driver has no stream()')
  return settled(client.stream(request))
}

async function read({ body }: Streamed): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}
