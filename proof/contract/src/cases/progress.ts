import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { versioned, wire } from '../expectations/wire.ts'
import type { Client } from '../subject.ts'

const size = 300_000

export const progressCases: readonly ContractCase[] = [
  {
    title: 'tells of the progress of an upload and of a download as the client alone does',
    lacking: ({ traits }) => !traits.progress && 'the client tells of no progress',
    async run({ portal, ours, bare }) {
      portal.answer(() => ({ status: 200, body: '\u20ac'.repeat(size / 3) }))
      const request = { method: 'POST', url: `${portal.origin}/api/offers` }
      const alone = await progress(bare(), request)
      expect(alone).toEqual({ sent: size, received: size, forwards: true })
      expect(await progress(ours(), request)).toEqual(alone)
      const [first, second] = portal.received
      expect(wire(second)).toEqual({ ...wire(first), url: versioned(first?.url ?? '') })
    },
  },
]

/** The last progress that a caller hears of. How many reports precede it depends on how the bytes arrive. */
async function progress(client: Client, request: { method: string; url: string }): Promise<object> {
  const up: number[] = []
  const down: number[] = []
  const { status } = await client.send({
    ...request,
    body: 'x'.repeat(size),
    headers: { 'content-type': 'text/plain' },
    onUpload: bytes => up.push(bytes),
    onDownload: bytes => down.push(bytes),
  })
  expect(status).toBe(200)
  return {
    sent: up.at(-1),
    received: down.at(-1),
    forwards: [up, down].every(told => told.every((bytes, at) => bytes >= (told[at - 1] ?? 0))),
  }
}
