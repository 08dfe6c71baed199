/** What an emulator starts with. Everything may be left out; ids and secrets are then random. */
export interface Seed {
  readonly tenants?: readonly TenantSeed[]
  /** Audiences the tenants know besides Microsoft's own that the emulator knows. */
  readonly resources?: readonly string[]
  readonly tokens?: TokenSeed
  readonly publishers?: readonly PublisherSeed[]
}

/** One tenant; without `apps` it has one app. */
export interface TenantSeed {
  readonly id?: string
  readonly domain?: string
  readonly apps?: readonly AppSeed[]
}

/** One app; without `secrets` it has one random secret. */
export interface AppSeed {
  readonly clientId?: string
  readonly objectId?: string
  readonly name?: string
  readonly secrets?: readonly {
    readonly value?: string
    /** Milliseconds since the Unix epoch, or an ISO 8601 time. */
    readonly expiresAt?: number | string
  }[]
}

/** How tokens are issued. */
export interface TokenSeed {
  /** Milliseconds. Default 3,599,000. */
  readonly lifetime?: number
  /** Milliseconds until a client should renew, sent as `refresh_in` by v2. Default: not sent. */
  readonly refreshAfter?: number
}

/** One publisher account. */
export interface PublisherSeed {
  readonly id: string
  readonly displayText?: string
  readonly sellerId?: number
  /** Client ids of the apps that may use it. Default: every app. */
  readonly apps?: readonly string[]
  readonly offers?: readonly OfferSeed[]
}

/** One offer, never published. */
export interface OfferSeed {
  readonly id: string
  readonly offerTypeId?: string
  readonly definition?: Readonly<Record<string, unknown>>
}
