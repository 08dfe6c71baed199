import type { ServerResponse } from 'node:http'
import type { TrafficEvent } from '../traffic/traffic-event.ts'
import type { Message, ShownEntry, ShownState } from './protocol.ts'

/** Tells the open pages what happens. */
export interface LiveFeed {
  /** Tells a page everything there is, and from then on what changes, until its connection ends. */
  join(response: ServerResponse): void
  /** Sends the state with the next message even if a second has not passed yet. */
  changed(): void
  /** Makes every page start anew, after the log was emptied. */
  again(): void
}

/** What the feed reads. */
export interface LiveFeedParts {
  readonly now: () => number
  readonly state: () => ShownState
  readonly shown: (event: TrafficEvent) => ShownEntry
  /** The traffic that a page starts with, oldest first. */
  readonly past: () => readonly TrafficEvent[]
  readonly watch: (listener: (event: TrafficEvent) => void) => () => void
  readonly closing: AbortSignal
}

const interval = 100
// Offers and tokens change with time alone, so the state is compared once a second.
const stateInterval = 1000
const queueLimit = 500
const bufferLimit = 1024 * 1024

/**
 * Sends server-sent events. Traffic is gathered for a tenth of a second, so that a thousand requests at
 * once become a few messages. Nothing runs while no page is open.
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
      // A page that cannot keep up is disconnected. It connects again and starts anew.
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

  function everything(): Message {
    const entries = parts.past().map(parts.shown)
    return { first: true, now: parts.now(), entries, state: parts.state() }
  }

  parts.closing.addEventListener('abort', () => {
    for (const page of pages) leave(page)
  })

  return {
    join(response) {
      if (pages.size === 0) start()
      pages.add(response)
      response.once('close', () => leave(response))
      response.write(`retry: 1000\n${event(everything())}`)
    },
    again() {
      queue = []
      for (const page of pages) page.write(event(everything()))
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
