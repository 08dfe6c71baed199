type Body = NonNullable<RequestInit['body']>

/** Whether a body is all in memory, or can be read from its start again. One sending uses up a stream or an iterable. */
export function isReplayable(body: unknown): boolean {
  return (
    typeof body === 'string' ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof Blob ||
    isBytes(body)
  )
}

/**
 * `body` as it is now. `fetch` copies the body when it is called, and callers then change it or fill the same buffer
 * again; an authorized request is sent later, and perhaps twice.
 */
export function heldBody(body: Body): Body {
  if (isBytes(body)) return copyOf(body)
  if (body instanceof URLSearchParams) return new URLSearchParams(body)
  if (!(body instanceof FormData)) return body
  const form = new FormData()
  for (const [name, value] of body) form.append(name, value as string) // a File as well, and with its name
  return form
}

function isBytes(body: unknown): body is ArrayBuffer | ArrayBufferView {
  return body instanceof ArrayBuffer || ArrayBuffer.isView(body)
}

function copyOf(body: ArrayBuffer | ArrayBufferView): Uint8Array<ArrayBuffer> {
  const bytes = ArrayBuffer.isView(body)
    ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
    : new Uint8Array(body)
  return new Uint8Array(bytes)
}
