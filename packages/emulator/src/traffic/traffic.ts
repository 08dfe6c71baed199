import type { Head } from '../http/head.ts'
import type { ReceivedBody } from '../http/received-body.ts'
import type { About } from '../http/reply.ts'
import type { Side } from '../http/route.ts'
import type { ApiRequest } from './api-request.ts'
import { bodyText } from './body-text.ts'
import { shownHeaders } from './shown-headers.ts'
import type { TokenRequest } from './token-request.ts'
import { type TrafficLog, trafficLog } from './traffic-log.ts'

/** Both logs of an emulator. */
export interface Traffic {
  readonly requests: TrafficLog<ApiRequest>
  readonly tokenRequests: TrafficLog<TokenRequest>
  /** Opens the entry of a request at its arrival, so that the logs keep the order of arrival. */
  arrived(side: Side, head: Head): Entry
  clear(): void
}

/** The entry of one request under way. */
export interface Entry {
  received(body: ReceivedBody): void
  amend(about: About & { status?: number }): void
}

/** Empty logs. */
export function traffic(): Traffic {
  const requests = trafficLog<ApiRequest>()
  const tokenRequests = trafficLog<TokenRequest>()
  const texts = textBudget()
  return {
    requests,
    tokenRequests,
    arrived(side, head) {
      const { id, at, method, url, path } = head
      const client = head.headers['user-agent'] ?? ''
      if (side === 'authority') {
        const entry: TokenRequest = { id, at, endpoint: 'v1', tenant: '', client, status: 0 }
        tokenRequests.open(entry)
        return { received() {}, amend: about => tokenRequests.amend(entry, about) }
      }
      const headers = shownHeaders(head.headers)
      const body = { bytes: 0, sha256: '', complete: false }
      const entry: ApiRequest = { id, at, method, url, path, client, headers, body, status: 0 }
      requests.open(entry)
      return {
        received: received => requests.amend(entry, { body: texts.keep(received) }),
        amend: about => requests.amend(entry, about),
      }
    },
    clear() {
      requests.clear()
      tokenRequests.clear()
      texts.clear()
    },
  }
}

// Ten thousand bodies of 64 KiB would be too much to hold, so the oldest texts are let go.
function textBudget(limit = 16 * 1024 * 1024) {
  const held: { text?: string }[] = []
  let total = 0
  return {
    keep(received: ReceivedBody): ApiRequest['body'] {
      const { bytes, sha256, complete } = received
      const text = bodyText(received)
      if (text === undefined) return { bytes, sha256, complete }
      const body = { bytes, sha256, complete, text }
      total += text.length
      if (text !== '') held.push(body)
      while (total > limit) {
        const oldest: { text?: string } | undefined = held.shift()
        if (!oldest) break
        total -= oldest.text?.length ?? 0
        delete oldest.text
      }
      return body
    },
    clear() {
      held.length = 0
      total = 0
    },
  }
}
