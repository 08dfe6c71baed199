import type { IncomingMessage, ServerResponse } from 'node:http'
import { apiError } from '../portal/api-error.ts'
import type { Entry, Traffic } from '../traffic/traffic.ts'
import type { Call } from './call.ts'
import { type Head, readHead } from './head.ts'
import { exceedsLimit, receiveBody } from './received-body.ts'
import type { Reply } from './reply.ts'
import type { Router } from './router.ts'

/** What a request meets on its way through the emulator. */
export interface ExchangeParts {
  readonly router: Router
  readonly traffic: Traffic
  readonly now: () => number
}

/** Takes one request from its arrival to its answer. Never throws: the emulator outlives any request. */
export async function exchange(
  parts: ExchangeParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const head = readHead(request, parts.now())
  const { route, params } = parts.router.find(head.method, head.path)
  const entry = parts.traffic.arrived(route.side, head)
  const body = await receiveBody(request)
  entry.received(body)
  if (!body.complete) return
  const call: Call = { ...head, params, body, now: parts.now() }
  if (route.describe) entry.amend(await route.describe(call))
  const reply =
    exceedsLimit(body) && !route.takesAnySize ? tooLarge : await answered(route.answer, call)
  write(response, head, entry, reply, call.now)
}

async function answered(
  answer: (call: Call) => Reply | Promise<Reply>,
  call: Call,
): Promise<Reply> {
  try {
    return await answer(call)
  } catch (error) {
    const message = `The emulator failed: ${error instanceof Error ? error.message : String(error)}`
    return apiError(500, 'EmulatorError', message)
  }
}

const tooLarge: Reply = apiError(413, 'RequestEntityTooLarge', 'The body is larger than 4 MiB.')

function write(
  response: ServerResponse,
  head: Head,
  entry: Entry,
  reply: Reply,
  now: number,
): void {
  // Before anything is sent, so that whoever has the answer finds it in the log.
  entry.amend({ ...reply.about, status: reply.status })
  response.sendDate = false
  response.writeHead(reply.status, {
    date: new Date(now).toUTCString(),
    'x-ms-request-id': head.id,
    'content-length': Buffer.byteLength(reply.body),
    ...(reply.headers as Record<string, string | string[]>),
  })
  response.end(reply.body)
}
