import { heldBody, isReplayable } from '@cloud-partner-auth/fetch/adapter'
import type { Options } from 'ky'

type Body = RequestInit['body']

/**
 * Follows the Request that ky makes of `options`. The function it returns is asked with the Request about to be sent, and
 * gives the body it was made of: what `body` was, or `json` as text. It gives none for a stream, and none once the
 * Request is no longer ky's own: a hook put another in its place, or ky did, to report the upload's progress.
 *
 * ky sends its Request and keeps a clone for the next attempt, so each is told apart by the hooks that see it first.
 */
export function ownBody(options: Options): (sent: unknown) => Body {
  let own: Request | undefined
  let body: Body
  let contentType: string | null

  // A form that is encoded anew gets a boundary of its own, which a type of the caller's would not name.
  const isMultipart = options.body instanceof FormData && setsMultipart(options.headers)
  if (options.body) options.body = heldBody(options.body)
  options.hooks = {
    ...options.hooks,
    beforeRequest: [
      ({ request, options: { body: given } }) => {
        if (!isReplayable(given) || isMultipart) return
        own = request
        body = given
        contentType = request.headers.get('content-type')
      },
      ...(options.hooks?.beforeRequest ?? []),
    ],
    beforeRetry: [
      ({ request, error }) => {
        const replaced = 'customRequest' in error && error.customRequest // what ky.retry() was given
        own = own && !replaced ? request : undefined
      },
      ...(options.hooks?.beforeRetry ?? []),
    ],
  }

  return sent => {
    if (sent !== own) own = undefined
    return own && keepsType(own) ? body : undefined
  }

  /** Whether the body can be given anew without a content type that the caller's hooks have not left there. */
  function keepsType({ headers }: Request): boolean {
    const now = headers.get('content-type')
    return body instanceof FormData ? now === contentType : now !== null || contentType === null
  }
}

function setsMultipart(headers: Options['headers']): boolean {
  const entries =
    headers instanceof Headers || Array.isArray(headers) ? headers : Object.entries(headers ?? {})
  return [...entries].some(
    ([name, value]) => /^content-type$/i.test(name ?? '') && /^multipart\//i.test(value ?? ''),
  )
}
