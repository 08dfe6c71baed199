import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { patience, rejection, settled } from '../expectations/outcome.ts'
import { expectSameError, expectSameErrorUnsent } from '../expectations/same-error.ts'
import type { Stage } from '../stage/stage.ts'
import type { Client, Sending } from '../subject.ts'

const path = '/api/offers'

export const waitingCases: readonly ContractCase[] = [
  ...[undefined, new Error('the user left')].map(
    (reason): ContractCase => ({
      title: `ends a wait for the token with the client's own abort error, and that wait only (${reason ? 'a reason' : 'no reason'})`,
      async run(stage) {
        const { authority, portal, ours } = stage
        const release = authority.hold()
        const client = ours()
        const url = portal.origin + path
        const controller = new AbortController()
        const aborted = client.send({ url, signal: controller.signal })
        const other = client.send({ url })
        await authority.arrived(1)
        controller.abort(reason)
        const thrown = await rejection(aborted)
        expect(portal.openConnections()).toBe(0)
        release()
        expect((await settled(other)).status).toBe(200)
        expect(portal.received).toHaveLength(1)
        expect(authority.received).toHaveLength(1)

        const bare = new AbortController()
        const expected = ofBare(stage, { signal: bare.signal }, () => bare.abort(reason))
        expectSameErrorUnsent(thrown, await expected)
      },
    }),
  ),
  {
    title: 'asks for no token when the signal was aborted before',
    async run(stage) {
      const { authority, portal, ours, bare } = stage
      const request = { url: portal.origin + path, signal: AbortSignal.abort() }
      const thrown = await rejection(ours().send(request))
      expectSameErrorUnsent(thrown, await rejection(bare().send(request)))
      expect(authority.received).toHaveLength(0)
      expect(portal.received).toHaveLength(0)
    },
  },
  {
    title: "counts the wait for the token against the client's own time-out",
    async run(stage) {
      const { authority, portal, ours } = stage
      const release = authority.hold()
      const client = ours()
      const url = portal.origin + path
      const late = client.send({ url, timeout: 150 })
      const other = client.send({ url })
      const thrown = await rejection(late)
      release()
      expect((await settled(other)).status).toBe(200)
      expect(portal.received).toHaveLength(1)
      expectSameErrorUnsent(thrown, await ofBare(stage, { timeout: 150 }))
    },
  },
  {
    title: "ends a wait for the renewal with the client's own abort error",
    async run(stage) {
      const { authority, portal, ours } = stage
      const client = ours()
      const url = portal.origin + path
      expect((await client.send({ url })).status).toBe(200)
      portal.revoke()
      const release = authority.hold()
      const controller = new AbortController()
      const aborted = client.send({ url, signal: controller.signal })
      await authority.arrived(2)
      controller.abort()
      const thrown = await rejection(aborted)
      release()
      expect((await settled(client.send({ url }))).status).toBe(200)
      expect(authority.received).toHaveLength(2)

      const bare = new AbortController()
      expectSameErrorUnsent(
        thrown,
        await ofBare(stage, { signal: bare.signal }, () => bare.abort()),
      )
    },
  },
  {
    title: "ends a request under way with the client's own abort error and frees its connection",
    async run(stage) {
      const arrived = Promise.withResolvers<void>()
      const closed = Promise.withResolvers<void>()
      const server = await stage.serve((_request, response) => {
        response.once('close', closed.resolve)
        arrived.resolve() // and never answers
      })
      const controller = new AbortController()
      const client = stage.ours({ auth: stage.makeAuth({ origins: [server.origin] }) })
      const aborted = client.send({ url: server.origin + path, signal: controller.signal })
      await settled(arrived.promise)
      controller.abort()
      const thrown = await rejection(aborted)
      await settled(closed.promise) // of this request; undici may open another connection at once, with the adapter and without it

      const bare = new AbortController()
      expectSameError(thrown, await ofBare(stage, { signal: bare.signal }, () => bare.abort()))
    },
  },
  {
    title:
      'gives an upload up half-way as the client alone does, with its connection and its source',
    async run(stage) {
      const alone = await givenUp(stage, () => stage.bare())
      const ours = await givenUp(stage, origin =>
        stage.ours({ auth: stage.makeAuth({ origins: [origin] }) }),
      )
      expectSameError(ours.thrown, alone.thrown)
      if (alone.source.destroyed)
        await expect.poll(() => ours.source.destroyed, { timeout: patience() }).toBe(true)
    },
  },
]

/** Aborts an endless upload once its first bytes have arrived. Fails if the connection stays open. */
async function givenUp(
  stage: Stage,
  clientOf: (origin: string) => Client,
): Promise<{ thrown: unknown; source: Readable }> {
  const arrived = Promise.withResolvers<IncomingMessage>()
  const server = await stage.serve(request => {
    request.on('error', () => {}) // the upload breaks off, as it should
    request.once('data', () => arrived.resolve(request.pause()))
  })
  const controller = new AbortController()
  const source = Readable.from(endless())
  const sent = rejection(
    clientOf(server.origin).send({
      method: 'POST',
      url: server.origin + path,
      headers: { 'content-type': 'application/octet-stream' },
      body: source,
      signal: controller.signal,
    }),
  )
  const request = await settled(arrived.promise)
  const closed = Promise.withResolvers<void>()
  request.socket.once('close', () => closed.resolve())
  controller.abort()
  const thrown = await sent
  request.resume() // a request that is not read does not report its end
  await settled(closed.promise)
  return { thrown, source }
}

/** Yields to the event loop before each chunk. A client that takes chunks without pause would never notice the abort. */
async function* endless(): AsyncGenerator<Buffer> {
  for (;;) {
    await setImmediate()
    yield Buffer.alloc(65_536)
  }
}

/** The error of the bare client when the API never answers; `arrived` is called once the API has the request. */
async function ofBare(
  { secondPortal, bare }: Stage,
  request: Omit<Sending, 'url'>,
  arrived?: () => void,
): Promise<unknown> {
  secondPortal.answer(() => new Promise(() => {}))
  const sent = rejection(bare().send({ ...request, url: secondPortal.origin + path }))
  if (arrived) await secondPortal.arrived(1).then(arrived)
  return sent
}
