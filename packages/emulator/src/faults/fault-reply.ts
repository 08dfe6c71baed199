import { aadsts, aadstsReply } from '../authority/aadsts.ts'
import type { Call } from '../http/call.ts'
import type { Origins } from '../http/origins.ts'
import { json, type Reply } from '../http/reply.ts'
import type { Route } from '../http/route.ts'

/** The answer that a fault gives in place of the service; `undefined` for a fault that lets the service answer. */
export function faultReply(call: Call, route: Route, origins: Origins): Reply | undefined {
  const fault = call.fault?.fault
  switch (fault?.type) {
    case 'throttle':
      return throttled(route, { 'retry-after': String(fault.retryAfter ?? 60) })
    case 'error':
      return failed(call, route, fault.status ?? 503, retryHeader(fault.retryAfter), origins.origin)
    case 'html':
      return page(fault.status ?? 200)
    case 'redirect':
      return redirect(fault.status ?? 307, target(fault.to, call.url, origins))
    case 'answer':
      return answer(fault)
    default:
      return undefined
  }
}

function retryHeader(retryAfter: number | string | undefined): Record<string, string> {
  return retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
}

// Entra throttles in plain text, whatever the client accepts.
function throttled({ refusals }: Route, headers: Record<string, string>): Reply {
  const message = 'Too many requests. Try again later.'
  if (refusals) return refusals.failed({ status: 429, message, headers })
  return {
    status: 429,
    headers: { 'content-type': 'text/plain', ...headers },
    body: 'Too Many Requests',
  }
}

function failed(
  call: Call,
  { side, refusals }: Route,
  status: number,
  headers: Record<string, string>,
  origin: string,
): Reply {
  if (side === 'authority') {
    const reply = aadstsReply(aadsts(90033), call, origin)
    return { ...reply, status, headers: { ...reply.headers, ...headers } }
  }
  const message = 'We cannot complete the request now, please try again later.'
  if (refusals) return refusals.failed({ status, message, headers })
  const code = status === 500 ? 'InternalServerError' : 'ServiceUnavailable'
  return json(status, { error: { code, message } }, headers)
}

function page(status: number): Reply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>The service is behind this page.</h1></body></html>',
  }
}

function redirect(status: number, location: string): Reply {
  return { status, headers: { location, 'content-type': 'text/plain' }, body: '' }
}

function target(to: string, url: string, origins: Origins): string {
  if (to === 'same-host') return origins.origin + url
  if (to === 'other-host') return origins.otherHost + url
  return to === 'http' ? origins.http + url : to
}

function answer(fault: {
  status?: number
  headers?: Readonly<Record<string, string>>
  body?: unknown
}): Reply {
  const { status = 200, headers = {}, body } = fault
  if (body !== undefined && typeof body !== 'string') return json(status, body, headers)
  return { status, headers, body: body ?? '' }
}
