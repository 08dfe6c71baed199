import type { Clock } from '../clock.ts'
import { checkedFault } from '../faults/fault-schema.ts'
import type { Faults } from '../faults/faults.ts'
import type { Call } from '../http/call.ts'
import { readJsonObject } from '../http/json-body.ts'
import { json, type Reply } from '../http/reply.ts'
import type { Route } from '../http/route.ts'
import type { LiveFeed } from './live-feed.ts'
import { foreign } from './own-page.ts'
import { pageFile, pageFiles, pageHeaders } from './page-files.ts'

/** What the page can see and do. */
export interface PageParts {
  readonly host: string
  readonly feed: LiveFeed
  readonly faults: Faults
  readonly clock: Clock
  readonly revokeTokens: () => void
  readonly clearLog: () => void
}

/** The page at the root and its controls, none of which is part of the emulated services. */
export function pageRoutes(parts: PageParts): Route[] {
  const route = (method: Route['method'], path: string, answer: Route['answer']): Route => ({
    side: 'page',
    method,
    path,
    async answer(call) {
      const reason = foreign(call, parts.host)
      return reason === undefined ? answer(call) : problem(403, reason)
    },
  })
  return [
    ...Object.keys(pageFiles).map(path =>
      route(
        ['GET', 'HEAD'],
        path,
        async () => (await pageFile(path)) ?? problem(404, 'There is no such file.'),
      ),
    ),
    route('GET', '/_emulator/events', () => events(parts.feed)),
    route('POST', '/_emulator/faults', call => addFault(parts, call)),
    route('DELETE', '/_emulator/faults/:id', call => removeFault(parts, call)),
    route('POST', '/_emulator/revocations', () => done(parts, parts.revokeTokens)),
    route('POST', '/_emulator/clock', call => moveClock(parts, call)),
    route('DELETE', '/_emulator/log', () => done(parts, parts.clearLog)),
    route(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], '/_emulator/*', () =>
      problem(404, 'There is no such control.'),
    ),
  ]
}

function events(feed: LiveFeed): Reply {
  return {
    status: 200,
    headers: { ...pageHeaders, 'content-type': 'text/event-stream' },
    body: '',
    stream: response => feed.join(response),
  }
}

function addFault(parts: PageParts, call: Call): Reply {
  try {
    const { id } = parts.faults.add(checkedFault(readJsonObject(call.body)))
    parts.feed.changed()
    return json(201, { id }, pageHeaders)
  } catch (error) {
    if (error instanceof TypeError) return problem(400, error.message)
    throw error
  }
}

function removeFault({ faults, feed }: PageParts, { params }: Call): Reply {
  const found = faults.active.find(({ id }) => id === params['id'])
  if (!found) return problem(404, 'There is no such fault.')
  found.remove()
  feed.changed()
  return empty
}

function moveClock(parts: PageParts, call: Call): Reply {
  const { advance, speed } = readJsonObject(call.body) ?? {}
  try {
    if (typeof advance === 'number') return done(parts, () => parts.clock.advance(advance))
    if (typeof speed === 'number') return done(parts, () => parts.clock.speed(speed))
  } catch (error) {
    if (error instanceof TypeError) return problem(400, error.message)
    throw error
  }
  return problem(400, 'Expected a number as "advance" or as "speed".')
}

function done({ feed }: PageParts, act: () => void): Reply {
  act()
  feed.changed()
  return empty
}

const empty: Reply = { status: 204, headers: pageHeaders, body: '' }

function problem(status: number, message: string): Reply {
  return json(status, { error: message }, pageHeaders)
}
