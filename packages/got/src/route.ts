import type { CloudPartnerAuth, Covering } from '@cloud-partner-auth/core/adapter'

/** Where one request goes, over all its redirects and retries. */
export interface Route {
  /** Whether a token may go to `target`: neither there nor on the way was the request with an uncovered origin. */
  leadsTo(target: URL): boolean
  /** Whether core has to judge an answer from there: no success is a refusal, but for Apis that have their own. */
  mayRefuse(status: number | undefined): boolean
  /** Has the sending that is about to go to `target` go to `versioned`, but for redirects: `Location` is followed as it is. */
  take(target: URL, versioned: string): void
  /** Has it go where the one before it went. Got 11 would put its `searchParams` into the URL anew. */
  takeAgain(target: URL): void
  redirect(): void
  /** Of the last sending. */
  url(): string
}

export function route(auth: CloudPartnerAuth): Route {
  let url = ''
  let redirected = false
  let leftCovered = false
  let covering: Covering | undefined

  return {
    leadsTo(target) {
      covering = auth.covering(target.href)
      leftCovered ||= !covering
      return !leftCovered
    },
    mayRefuse: (status = 0) => status >= 400 || covering?.api.refuses !== undefined,
    take(target, versioned) {
      url = redirected ? target.href : versioned
      change(target)
    },
    takeAgain: change,
    redirect() {
      redirected = true
    },
    url: () => url,
  }

  /** Byte for byte: `searchParams` would rewrite the whole query. */
  function change(target: URL): void {
    if (target.href !== url) target.href = url
  }
}
