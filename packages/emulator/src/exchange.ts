import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Failure } from './api/api.ts'
import { faultReply } from './faults/fault-reply.ts'
import type { FaultScript, TakenFault } from './faults/faults.ts'
import type { Call } from './http/call.ts'
import { readHead } from './http/head.ts'
import { misdirected } from './http/misdirected.ts'
import type { Origins } from './http/origins.ts'
import { exceedsLimit, receiveBody } from './http/received-body.ts'
import { json, type Reply } from './http/reply.ts'
import type { Route } from './http/route.ts'
import type { Router } from './http/router.ts'
import { resetConnection, writeHalf, writeReply } from './http/write-reply.ts'
import type { Transcripts } from './page/transcripts.ts'
import type { Traffic } from './traffic/traffic.ts'

/** What a request meets on its way through one origin of the emulator. */
export interface ExchangeParts {
  readonly router: Router
  readonly traffic: Traffic
  readonly transcripts: Transcripts
  readonly faults: FaultScript
  readonly revokeTokens: () => void
  readonly now: () => number
  readonly origins: () => Origins
}

/** Takes one request from its arrival to its answer. */
export async function exchange(
  parts: ExchangeParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const origins = parts.origins()
  const head = readHead(request, parts.now())
  const found = parts.router.find(head.method, head.path)
  const refusal = misdirected(request, origins, found.route.side)
  const { route, params, allowed } = refusal ? { ...found, route: elsewhere(refusal) } : found
  const entry = parts.traffic.arrived(route.side, head)
  response.once('close', entry.ended)
  if (route.recognize) entry.amend(route.recognize(head))
  const fault = parts.faults.take(route.side, head)
  const type = fault?.fault.type
  if (type !== undefined) entry.amend({ fault: type })
  if (type === 'revoke') parts.revokeTokens()
  if (type === 'reset') {
    await delay(fault, response)
    return resetConnection(request)
  }

  const body = await receiveBody(request)
  entry.received(body)
  if (!body.complete) return
  const { origin } = origins
  const arrived: Call = { ...head, params, body, origin, allowed, now: parts.now() }
  if (route.side !== 'page') parts.transcripts.received(arrived)
  if (route.describe) entry.amend(await route.describe(arrived))
  if (type === 'hang') return
  await delay(fault, response)

  const now = parts.now() + skew(fault)
  const call: Call = { ...arrived, now, ...(fault && { fault }) }
  const reply = faultReply(call, route, origins) ?? (await answered(route, call))
  if (response.destroyed) return
  // Before anything is sent, so that whoever has the answer finds it in the log.
  const { about, status, answer } = reply
  entry.amend({ ...about, status, ...(answer && { answer }) })
  parts.transcripts.answered(call.id, reply)
  const write = type === 'half-body' ? writeHalf : writeReply
  write(response, call, reply)
}

/** A route that gives one reply to requests that no service is there for. */
export function elsewhere(reply: Reply): Route {
  return { side: 'elsewhere', method: [], path: '', takesAnySize: true, answer: () => reply }
}

async function answered(route: Route, call: Call): Promise<Reply> {
  if (exceedsLimit(call.body) && !route.takesAnySize) return failed(route, tooLarge)
  try {
    return await route.answer(call)
  } catch (error) {
    // Whatever one request brings about, the emulator goes on with the next.
    const message = `The emulator failed: ${error instanceof Error ? error.message : String(error)}`
    return failed(route, { status: 500, message })
  }
}

const tooLarge: Failure = { status: 413, message: 'The body is larger than 4 MiB.' }

function failed({ refusals }: Route, failure: Failure): Reply {
  if (refusals) return refusals.failed(failure)
  const code = failure.status === 413 ? 'RequestEntityTooLarge' : 'EmulatorError'
  return json(failure.status, { error: { code, message: failure.message } })
}

function skew(fault: TakenFault | undefined): number {
  return fault?.fault.type === 'skew' ? fault.fault.by : 0
}

async function delay(fault: TakenFault | undefined, response: ServerResponse): Promise<void> {
  if (fault?.fault.delay === undefined) return
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    await wait(fault.fault.delay, undefined, { signal: gone.signal, ref: false })
  } catch {
    // The connection has ended, by the client or with the emulator: nobody waits for the rest.
  }
}
