/** The origins under which one server is reached. */
export interface Origins {
  readonly origin: string
  /** The same server under another host name, which clients take for another host. */
  readonly otherHost: string
  readonly http: string
}
