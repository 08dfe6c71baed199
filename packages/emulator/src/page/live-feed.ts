import type { ServerResponse } from 'node:http'
import type { TrafficEvent } from '../traffic/traffic-event.ts'
import type { Message, ShownEntry, ShownState } from './protocol.ts'

/** What the open pages are told. */
export interface LiveFeed {
  /** Keeps a page informed until its connection ends. */
  join(response: ServerResponse): void
  /** Tells the pages soon of what has changed. */
  changed(): void
}

/** What a feed is made of. */
export interface LiveFeedParts {
  readonly now: () => number
  readonly state: () => ShownState
  readonly shown: (event: TrafficEvent) => ShownEntry
  /** What a page that joins is told of the past, oldest first. */
  readonly past: () => readonly TrafficEvent[]
  readonly watch: (listener: (event: TrafficEvent) => void) => () => void
  readonly closing: AbortSignal
}

const interval = 100
// What offers and tokens are at changes with time alone.
const stateInterval = 1000
const queueLimit = 500
const bufferLimit = 1024 * 1024

/**
 * Server-sent events, gathered for a tenth of a second, so that a thousand requests at once are a
 * few messages. Runs only while a page is open.
 */
export function liveFeed(parts: LiveFeedParts): LiveFeed {
  const pages = new Set<ServerResponse>()
  let queue: TrafficEvent[] = []
  let lost = 0
  let lastState = ''
  let stateDueAt = 0
  let stop: (() => void) | undefined

  function start(): void {
    const unwatch = parts.watch(event => {
      queue.push(event)
      if (queue.length > queueLimit) {
        queue.shift()
        lost++
      }
    })
    const timer = setInterval(flush, interval).unref()
    stop = () => {
      clearInterval(timer)
      unwatch()
      queue = []
      lastState = ''
    }
  }

  function flush(): void {
    const state = changedState()
    if (queue.length === 0 && state === undefined) return
    const entries = queue.map(parts.shown)
    const message: Message = { now: parts.now(), entries, lost, ...(state && { state }) }
    queue = []
    lost = 0
    for (const page of pages) {
      // A page that does not keep up is told anew when it has.
      if (page.writableLength < bufferLimit) page.write(event(message))
      else leave(page)
    }
  }

  function changedState(): ShownState | undefined {
    const tick = performance.now()
    if (tick < stateDueAt && queue.length === 0) return undefined
    stateDueAt = tick + stateInterval
    const state = parts.state()
    const text = JSON.stringify(state)
    if (text === lastState) return undefined
    lastState = text
    return state
  }

  function leave(page: ServerResponse): void {
    page.destroy()
    pages.delete(page)
    if (pages.size > 0) return
    stop?.()
    stop = undefined
  }

  parts.closing.addEventListener('abort', () => {
    for (const page of pages) leave(page)
  })

  return {
    join(response) {
      if (pages.size === 0) start()
      pages.add(response)
      response.once('close', () => leave(response))
      const entries = parts.past().map(parts.shown)
      const first: Message = { first: true, now: parts.now(), entries, state: parts.state() }
      response.write(`retry: 1000\n${event(first)}`)
    },
    changed() {
      lastState = ''
      stateDueAt = 0
    },
  }
}

function event(message: Message): string {
  return `data: ${JSON.stringify(message)}\n\n`
}
