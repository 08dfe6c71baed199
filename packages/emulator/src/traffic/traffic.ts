import type { Head } from '../http/head.ts'
import type { ReceivedBody } from '../http/received-body.ts'
import type { About } from '../http/reply.ts'
import type { Side } from '../http/route.ts'
import type { ApiRequest } from './api-request.ts'
import { bodyText } from './body-text.ts'
import type { DiscoveryRequest } from './discovery-request.ts'
import { shownHeaders } from './shown-headers.ts'
import type { TokenRequest } from './token-request.ts'
import { type TrafficLog, trafficLog } from './traffic-log.ts'

/** The logs of an emulator. */
export interface Traffic {
  readonly requests: TrafficLog<ApiRequest>
  readonly tokenRequests: TrafficLog<TokenRequest>
  readonly discoveryRequests: TrafficLog<DiscoveryRequest>
  /** Opens the entry of a request at its arrival, so that the logs keep the order of arrival. */
  arrived(side: Side, head: Head): Entry
  clear(): void
}

/** The entry of one request under way. */
export interface Entry {
  received(body: ReceivedBody): void
  amend(about: About & { readonly status?: number }): void
}

/** Empty logs. */
export function traffic(): Traffic {
  const requests = trafficLog<ApiRequest>()
  const tokenRequests = trafficLog<TokenRequest>()
  const discoveryRequests = trafficLog<DiscoveryRequest>()
  const texts = textBudget()

  function apiRequest(common: Common, { method, path, headers }: Head): Entry {
    const body = { bytes: 0, sha256: '', complete: false }
    const entry = { ...common, method, path, headers: shownHeaders(headers), body }
    requests.open(entry)
    return {
      received: received => requests.amend(entry, { body: texts.keep(received) }),
      amend: about => requests.amend(entry, about),
    }
  }

  return {
    requests,
    tokenRequests,
    discoveryRequests,
    arrived(side, head) {
      const { id, at, url } = head
      const common = { id, at, url, client: head.headers['user-agent'] ?? '', status: 0 }
      if (side === 'portal') return apiRequest(common, head)
      if (side === 'page') return untold
      if (side === 'discovery') return entryOf(discoveryRequests, common)
      const { url: _, ...rest } = common
      return entryOf(tokenRequests, { ...rest, endpoint: 'v1', tenant: '' })
    },
    clear() {
      requests.clear()
      tokenRequests.clear()
      discoveryRequests.clear()
      texts.clear()
    },
  }
}

type Common = DiscoveryRequest

const untold: Entry = { received() {}, amend() {} }

function entryOf<One extends object>(log: TrafficLog<One>, entry: One): Entry {
  log.open(entry)
  // What a side says about its requests are members of its own kind of entry.
  return { received() {}, amend: about => log.amend(entry, about as Partial<One>) }
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
