/** One request for the authority's metadata or keys. */
export interface DiscoveryRequest {
  readonly id: string
  /** When it arrived, in emulated time. */
  readonly at: number
  /** Path and query exactly as received. */
  readonly url: string
  /** The `User-Agent`. */
  readonly client: string
  /** 0 until it is answered, and when it never is. */
  readonly status: number
}
