import { type ApiName, isApi } from '../api/api-name.ts'
import type { Head } from '../http/head.ts'
import type { ReceivedBody } from '../http/received-body.ts'
import type { About } from '../http/reply.ts'
import type { Side } from '../http/side.ts'
import type { ApiRequest, OtherRequest } from './api-request.ts'
import { textBudget } from './body-text.ts'
import type { DiscoveryRequest } from './discovery-request.ts'
import { resends } from './resends.ts'
import { shownHeaders } from './shown-headers.ts'
import type { TokenRequest } from './token-request.ts'
import type { TrafficEvent } from './traffic-event.ts'
import { type TrafficLog, trafficLog } from './traffic-log.ts'

/** The logs of an emulator. */
export interface Traffic {
  readonly requests: TrafficLog<ApiRequest>
  readonly otherRequests: TrafficLog<OtherRequest>
  readonly tokenRequests: TrafficLog<TokenRequest>
  readonly discoveryRequests: TrafficLog<DiscoveryRequest>
  /** Opens the entry of a request at its arrival, so that the logs keep the order of arrival. */
  arrived(side: Side, head: Head): Entry
  /** Calls `listener` with every event from now on, until the function that it returns is called. */
  watch(listener: (event: TrafficEvent) => void): () => void
  /** The newest of all traffic, oldest first, as events that have ended. */
  past(count: number): TrafficEvent[]
  clear(): void
}

/** The entry of one request under way. */
interface Entry {
  received(body: ReceivedBody): void
  amend(about: About & { readonly status?: number }): void
  ended(): void
}

/** Empty logs. */
export function traffic(): Traffic {
  const requests = trafficLog<ApiRequest>()
  const otherRequests = trafficLog<OtherRequest>()
  const tokenRequests = trafficLog<TokenRequest>()
  const discoveryRequests = trafficLog<DiscoveryRequest>()
  const texts = textBudget()
  const repeated = resends()
  const listeners = new Set<(event: TrafficEvent) => void>()

  function tell(event: TrafficEvent): void {
    for (const listener of listeners) {
      try {
        listener(event)
      } catch (error) {
        // Thrown in a microtask: the request goes on, and the listener's error is still reported.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  function apiRequest(api: ApiName, common: OtherRequest): Entry {
    const entry = { ...common, api }
    requests.add(entry)
    tell({ phase: 'arrived', type: 'request', entry })
    return {
      received: received => Object.assign(entry, { body: texts.keep(received) }),
      amend(about) {
        Object.assign(entry, about)
        const resendOf = about.status === undefined ? undefined : repeated.recognize(entry)
        if (resendOf !== undefined) Object.assign(entry, { resendOf })
      },
      ended: () => tell({ phase: 'ended', type: 'request', entry }),
    }
  }

  function otherRequest(entry: OtherRequest): Entry {
    otherRequests.add(entry)
    tell({ phase: 'arrived', type: 'other-request', entry })
    return {
      received: received => Object.assign(entry, { body: texts.keep(received) }),
      amend: about => Object.assign(entry, about),
      ended: () => tell({ phase: 'ended', type: 'other-request', entry }),
    }
  }

  function tokenRequest({ url: _, ...common }: DiscoveryRequest): Entry {
    const entry: TokenRequest = { ...common, endpoint: 'v1', tenant: '' }
    tokenRequests.add(entry)
    tell({ phase: 'arrived', type: 'token-request', entry })
    return {
      received() {},
      amend: about => Object.assign(entry, about),
      ended: () => tell({ phase: 'ended', type: 'token-request', entry }),
    }
  }

  function discoveryRequest(entry: DiscoveryRequest): Entry {
    discoveryRequests.add(entry)
    tell({ phase: 'arrived', type: 'discovery-request', entry })
    return {
      received() {},
      amend: about => Object.assign(entry, about),
      ended: () => tell({ phase: 'ended', type: 'discovery-request', entry }),
    }
  }

  return {
    requests,
    otherRequests,
    tokenRequests,
    discoveryRequests,
    arrived(side, head) {
      const { id, at, url } = head
      const common = { id, at, url, client: head.headers['user-agent'] ?? '', status: 0 }
      if (isApi(side)) return apiRequest(side, whole(common, head))
      if (side === 'elsewhere') return otherRequest(whole(common, head))
      if (side === 'discovery') return discoveryRequest(common)
      return side === 'page' ? unlogged : tokenRequest(common)
    },
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    past(count) {
      const ended = { phase: 'ended' } as const
      return [
        ...requests.entries
          .slice(-count)
          .map(entry => ({ ...ended, type: 'request', entry }) as const),
        ...otherRequests.entries
          .slice(-count)
          .map(entry => ({ ...ended, type: 'other-request', entry }) as const),
        ...tokenRequests.entries
          .slice(-count)
          .map(entry => ({ ...ended, type: 'token-request', entry }) as const),
        ...discoveryRequests.entries
          .slice(-count)
          .map(entry => ({ ...ended, type: 'discovery-request', entry }) as const),
      ]
        .sort((a, b) => a.entry.at - b.entry.at)
        .slice(-count)
    },
    clear() {
      requests.clear()
      otherRequests.clear()
      tokenRequests.clear()
      discoveryRequests.clear()
      texts.clear()
      repeated.clear()
    },
  }
}

function whole(common: DiscoveryRequest, { method, path, headers }: Head): OtherRequest {
  const body = { bytes: 0, sha256: '', complete: false }
  return { ...common, method, path, headers: shownHeaders(headers), body }
}

const unlogged: Entry = { received() {}, amend() {}, ended() {} }
