import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { rejection } from '../expectations/outcome.ts'
import { withRevokedToken } from './refusal.ts'

// These cases only produce errors. `runCase` searches them for secrets, as everything that a client gives its caller.
export const secretCases: readonly ContractCase[] = [
  ...[400, 401, 404, 500].map(
    (status): ContractCase => ({
      title: `shows no token in what a caller gets for a ${status}`,
      async run(stage) {
        const { portal, ours, traits } = stage
        portal.answer(() => ({ status, body: 'refused' }))
        const client = ours()
        const request = { method: 'POST', url: `${portal.origin}/api/offers`, json: { a: 1 } }
        expect((await client.send(request)).status).toBe(status)
        if (traits.throwsOnStatus) await rejection(client.send({ ...request, strict: true }))
      },
    }),
  ),
  {
    title: 'shows no token in what a caller gets for a 200, sent once or twice',
    async run(stage) {
      const { client, url } = await withRevokedToken(stage)
      expect((await client.send({ url })).status).toBe(200)
    },
  },
  {
    title: 'shows no token in the error of a connection that is reset',
    async run({ portal, ours }) {
      portal.answer(() => 'reset')
      await rejection(ours().send({ method: 'POST', url: `${portal.origin}/api/offers`, json: {} }))
    },
  },
  {
    title: 'shows no token in the error of a time-out or an abort after it was sent',
    async run({ portal, ours }) {
      portal.answer(() => new Promise(() => {}))
      const client = ours()
      const url = `${portal.origin}/api/offers`
      const controller = new AbortController()
      const aborted = rejection(client.send({ url, signal: controller.signal }))
      await portal.arrived(1)
      controller.abort()
      await aborted
      await rejection(client.send({ url, timeout: 200 }))
    },
  },
  {
    title: 'shows no token in the error of a redirect that never ends',
    async run({ portal, ours }) {
      const location = `${portal.origin}/api/offers`
      portal.answer(() => ({ status: 302, headers: { location } }))
      await rejection(ours().send({ url: location }))
    },
  },
]
