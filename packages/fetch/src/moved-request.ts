/**
 * What `given` says, for another URL, with these headers, referrer, signal and body. Not `given` itself as an init: that
 * takes the body along, a stream now, and so fails where `keepalive` is set.
 */
export function movedInit(given: Request, changes: RequestInit): RequestInit {
  const { method, mode, credentials, cache, redirect, integrity, keepalive } = given
  const kept = { method, mode, credentials, cache, redirect, integrity, keepalive }
  const streamed = { duplex: 'half', keepalive: false } as const
  return { ...kept, ...changes, ...(changes.body instanceof ReadableStream && streamed) }
}

/** What any change to a Request resets. Of the usual referrer nothing is lost, and `fetch` would parse it as a URL. */
export function resetFields({ referrer, referrerPolicy }: Request): RequestInit {
  return referrer === 'about:client' ? { referrerPolicy } : { referrer, referrerPolicy }
}

/** Whether the body has to be read to move along: Firefox shows none of any Request. */
export function hidesBody({ body, method }: Request): boolean {
  return body === undefined && method !== 'GET' && method !== 'HEAD'
}

/** The caller's own class, since the fetch of another copy of undici takes no other. */
export function classOf(given: Request): typeof Request {
  return given.constructor as typeof Request
}
