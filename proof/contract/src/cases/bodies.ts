import { Readable } from 'node:stream'
import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { versioned, wire } from '../expectations/wire.ts'
import type { Stage } from '../stage/stage.ts'
import { refusal } from '../stage/stage-portal.ts'
import type { BodyKind, Sending } from '../subject.ts'
import { withRevokedToken } from './refusal.ts'

const bytes = Buffer.from('Some bytes, Ünïcode ✓ and \0 too. '.repeat(40))

type Payload = Pick<Sending, 'json' | 'body' | 'headers'>

/** A body of each kind. Each is made anew for every request, as a caller would make it. */
const payloads: Readonly<Record<BodyKind, () => Payload>> = {
  JSON: () => ({ json: { text: 'Ünïcode ✓', list: [1, 2, 3] } }),
  string: () => ({ body: 'Ünïcode ✓', headers: { 'content-type': 'text/plain' } }),
  Buffer: () => octets(Buffer.from(bytes)),
  'typed array': () => octets(new Uint8Array(bytes)),
  URLSearchParams: () => ({ body: new URLSearchParams({ a: 'b c', d: 'ü' }) }),
  'FormData with a file': () => ({ body: form() }),
  Blob: () => ({ body: new Blob([bytes], { type: 'text/plain' }) }),
  'Node stream': () => octets(Readable.from(chunks())),
  'web stream': () => octets(new Blob([bytes]).stream()),
  'async generator': () => octets(generated()),
}

const kinds = Object.keys(payloads) as BodyKind[] // the keys of a Record<BodyKind, …>

export const bodyCases: readonly ContractCase[] = kinds.flatMap((kind): ContractCase[] => [
  {
    title: `sends a body as the client alone does (${kind})`,
    async run({ portal, traits, bare, ours }) {
      const url = `${portal.origin}/api/offers`
      if (traits.bodies[kind] === 'unsupported') {
        expect(await deliversItself(kind, portal, () => bare().send(post(url, kind)))).toBe(false)
        return
      }
      expect(await deliversItself(kind, portal, () => bare().send(post(url, kind)))).toBe(true)
      expect((await ours().send(post(url, kind))).status).toBe(200)
      const [alone, first, ...more] = portal.received
      expect(more).toEqual([])
      expect(wire(first)).toEqual({ ...wire(alone), url: versioned(alone?.url ?? '') })
    },
  },
  {
    title: `sends a refused body again whole or not at all (${kind})`,
    lacking: ({ traits }) =>
      traits.bodies[kind] === 'unsupported' && 'the client does not send such a body',
    async run(stage) {
      const fate = stage.traits.bodies[kind]
      const { client, url } = await withRevokedToken(stage)
      const answer = await client.send(post(url, kind))
      const [, first, ...more] = stage.portal.received
      expect(first?.bytes.length).toBeGreaterThan(0)
      if (fate === 'resent') {
        expect(answer.status).toBe(200)
        expect(more.map(wire)).toEqual([wire(first)])
      } else {
        expect(answer).toMatchObject({ status: 401, text: refusal })
        expect(more).toEqual([])
        expect(stage.events).toContainEqual(
          expect.objectContaining({ type: 'request_not_resent', why: 'body_not_replayable' }),
        )
      }
      expect((await client.send(post(url, kind === 'JSON' ? kind : 'string'))).status).toBe(200)
      expect(stage.authority.received).toHaveLength(2)
    },
  },
])

function post(url: string, kind: BodyKind): Sending {
  return { method: 'POST', url, ...payloads[kind]() }
}

/** Whether the body's content reaches the server, and not an empty or a wrong one. */
async function deliversItself(
  kind: BodyKind,
  portal: Stage['portal'],
  send: () => Promise<unknown>,
): Promise<boolean> {
  await send().catch(() => {})
  const body = portal.received.at(-1)?.bytes
  if (!body) return false
  switch (kind) {
    case 'JSON':
      return body.equals(Buffer.from('{"text":"Ünïcode ✓","list":[1,2,3]}'))
    case 'string':
      return body.equals(Buffer.from('Ünïcode ✓'))
    case 'URLSearchParams':
      return String(body) === 'a=b+c&d=%C3%BC'
    case 'FormData with a file':
      return body.includes('name="file"; filename="a.bin"') && body.includes(bytes)
    default:
      return body.equals(bytes)
  }
}

function octets(body: unknown): Payload {
  return { body, headers: { 'content-type': 'application/octet-stream' } }
}

function form(): FormData {
  const form = new FormData()
  form.append('field', 'value ✓')
  form.append('file', new Blob([bytes], { type: 'application/octet-stream' }), 'a.bin')
  return form
}

function chunks(): Buffer[] {
  return [bytes.subarray(0, 100), bytes.subarray(100)]
}

async function* generated(): AsyncGenerator<Buffer> {
  yield* chunks()
}
