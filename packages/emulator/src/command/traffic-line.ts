import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { Redact } from '../traffic/redactor.ts'
import type { TrafficEvent } from '../traffic/traffic-event.ts'

/** Describes one request in a line for people. */
export function trafficLine(event: TrafficEvent, redact: Redact, stream: Writable): string {
  const { entry } = event
  const dim = (text: string) => styleText('dim', text, { stream })
  const time = new Date(entry.at).toISOString().slice(11, 19)
  const parts = [dim(time), status(entry.status, stream), ...words(event).map(redact)]
  if (entry.client) parts.push(dim(redact(entry.client)))
  return `${parts.join('  ')}\n`
}

/** Describes one request as a JSON object on a line, without its body, which can hold anything. */
export function trafficJson({ type, entry }: TrafficEvent, redact: Redact): string {
  const shown = { type, ...entry, body: bodyWithoutText(entry) }
  const text = JSON.stringify(shown, (_, value: unknown) =>
    typeof value === 'string' ? redact(value) : value,
  )
  return `${text}\n`
}

function bodyWithoutText(entry: TrafficEvent['entry']): object | undefined {
  if (!('body' in entry)) return undefined
  const { text: _, ...rest } = entry.body
  return rest
}

function status(code: number, stream: Writable): string {
  if (code === 0) return styleText('red', '---', { stream })
  const color = code >= 500 ? 'red' : code >= 400 ? 'yellow' : 'green'
  return styleText(color, String(code), { stream })
}

function words(event: TrafficEvent): string[] {
  switch (event.type) {
    case 'request': {
      const { method, url, token, refused, fault, resendOf } = event.entry
      return [
        `${method} ${url}`,
        ...(token ? [`token ${token.id.slice(0, 6)}… ${age(token.age)} old`] : []),
        ...(resendOf === undefined ? [] : ['resent']),
        ...because(refused, fault),
      ]
    }
    case 'token-request': {
      const { endpoint, resource, scope, credential, error, fault } = event.entry
      return [
        `token ${endpoint}`,
        resource ?? scope ?? '(no resource)',
        ...(credential === undefined ? [] : [`by ${credential}`]),
        ...because(error === undefined ? undefined : `AADSTS${error}`, fault),
      ]
    }
    case 'other-request':
      return [`${event.entry.method} ${event.entry.url}`, 'not a path of the emulator']
    case 'discovery-request':
      return [`discovery ${event.entry.url}`]
  }
}

function because(refused: string | undefined, fault: string | undefined): string[] {
  return [
    ...(refused === undefined ? [] : [`refused: ${refused}`]),
    ...(fault === undefined ? [] : [`fault: ${fault}`]),
  ]
}

function age(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return Math.abs(seconds) < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`
}
