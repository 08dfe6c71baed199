import { apis } from '../apis.ts'
import type { Clock } from '../clock.ts'
import {
  type EnvironmentForm,
  environmentForms,
  environmentText,
} from '../command/environment-text.ts'
import { checkedFault } from '../faults/fault-schema.ts'
import type { Faults } from '../faults/faults.ts'
import type { Call } from '../http/call.ts'
import { readJsonObject } from '../http/json-body.ts'
import { json, type Reply } from '../http/reply.ts'
import type { Route } from '../http/route.ts'
import type { ApiRequest } from '../traffic/api-request.ts'
import type { Redact } from '../traffic/redactor.ts'
import { curlCommand } from './curl-command.ts'
import { exampleRequests } from './example-requests.ts'
import type { LiveFeed } from './live-feed.ts'
import { foreign } from './own-page.ts'
import type { OwnTokens } from './own-tokens.ts'
import { pageFile, pageFiles, pageHeaders } from './page-files.ts'
import type { CurlCommand, EnvironmentTexts, ShownEnvironment } from './protocol.ts'
import { shownTranscript } from './shown-transcript.ts'
import type { Transcripts } from './transcripts.ts'

/** What the page reads and changes. */
export interface PageParts {
  readonly host: string
  readonly feed: LiveFeed
  readonly faults: Faults
  readonly clock: Clock
  readonly revokeTokens: () => void
  readonly clearLog: () => void
  readonly transcripts: Transcripts
  readonly requests: () => readonly ApiRequest[]
  readonly tokens: OwnTokens
  readonly redact: Redact
  readonly environment: () => Readonly<Record<string, string>>
}

/** The routes of the page and its controls. They belong to none of the emulated services. */
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
    route('GET', '/_emulator/requests/:id', call => transcript(parts, call)),
    route('GET', '/_emulator/requests/:id/curl', call => sendAgain(parts, call)),
    route('GET', '/_emulator/examples/:api', call => example(parts, call)),
    route('GET', '/_emulator/environment', () => environment(parts)),
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

function transcript({ transcripts, redact }: PageParts, { params }: Call): Reply {
  const found = transcripts.get(params['id'] ?? '')
  return found ? json(200, shownTranscript(found, redact), pageHeaders) : forgotten
}

async function sendAgain(parts: PageParts, { params }: Call): Promise<Reply> {
  const found = parts.transcripts.get(params['id'] ?? '')
  if (!found) return forgotten
  const sent = parts.requests().findLast(({ id }) => id === params['id'])
  const audience = apis.find(({ name }) => name === sent?.api)?.audiences[0]
  const token =
    sent?.token && audience && (await parts.tokens.issue(audience, sent.token.claims['appid']))
  return command(curlCommand(found, parts.redact, token))
}

async function example(parts: PageParts, { params, origin }: Call): Promise<Reply> {
  const api = apis.find(({ name }) => name === params['api'])
  if (!api) return problem(404, 'There is no such API.')
  const url = origin + exampleRequests[api.name]
  const token = await parts.tokens.issue(api.audiences[0] ?? '')
  return command(curlCommand({ method: 'GET', url, request: {} }, parts.redact, token))
}

function environment(parts: PageParts): Reply {
  const whole = parts.environment()
  const masked = { ...whole, AZURE_CLIENT_SECRET: '••••••••' }
  const shown: ShownEnvironment = { masked: texts(masked), whole: texts(whole) }
  return json(200, shown, pageHeaders)
}

function texts(variables: Readonly<Record<string, string>>): EnvironmentTexts {
  const entries = environmentForms.map(form => [form, written(form, variables)] as const)
  return Object.fromEntries(entries) as EnvironmentTexts
}

function written(form: EnvironmentForm, variables: Readonly<Record<string, string>>): string {
  try {
    return environmentText(form, variables)
  } catch (error) {
    // A seed can name a secret that cannot be written in one of the forms.
    if (error instanceof TypeError) return error.message
    throw error
  }
}

function command(curl: string): Reply {
  return json(200, { curl } satisfies CurlCommand, pageHeaders)
}

function done({ feed }: PageParts, act: () => void): Reply {
  act()
  feed.changed()
  return empty
}

const forgotten: Reply = problem(
  404,
  'What it said is not kept: the request has not arrived whole, or it is too old.',
)

const empty: Reply = { status: 204, headers: pageHeaders, body: '' }

function problem(status: number, message: string): Reply {
  return json(status, { error: message }, pageHeaders)
}
