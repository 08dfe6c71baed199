/**
 * `given` at another URL, with these headers, referrer, signal and body. Not `new Request(to, given)`: that takes the
 * body along, a stream now, and so fails where `keepalive` is set.
 */
export function movedRequest(given: Request, to: string, changes: RequestInit): Request {
  const { method, mode, credentials, cache, redirect, integrity, keepalive } = given
  const kept = { method, mode, credentials, cache, redirect, integrity, keepalive }
  const streamed = changes.body instanceof ReadableStream && { duplex: 'half', keepalive: false }
  return new (classOf(given))(to, { ...kept, ...changes, ...streamed } as RequestInit)
}

/** The body to move along. Firefox shows none of any Request, so there it has to be read. */
export async function bodyOf(given: Request): Promise<RequestInit['body']> {
  const hidden = given.body === undefined && given.method !== 'GET' && given.method !== 'HEAD'
  return hidden ? given.blob() : given.body
}

/** The caller's own class, since the fetch of another copy of undici takes no other. */
export function classOf(given: Request): typeof Request {
  return given.constructor as typeof Request
}
