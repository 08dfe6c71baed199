import type { Analytics } from './analytics/analytics.ts'
import type { ApiName } from './api/api-name.ts'
import type { Tenant } from './authority/directory.ts'
import type { FederatedTokenRequest } from './authority/identity-provider.ts'
import type { Clock } from './clock.ts'
import type { EmulatorState } from './emulator-state.ts'
import type { Faults } from './faults/faults.ts'
import type { Marketplace } from './marketplace/marketplace.ts'
import type { Portal } from './portal/portal.ts'
import type { ProductIngestion } from './product-ingestion/product-ingestion.ts'
import type { Seed } from './seed/seed.ts'
import type { Seeding } from './seeding.ts'
import type { ServiceOrigins } from './service-origins.ts'
import type { Submissions } from './submission/submissions.ts'
import type { ApiRequest, OtherRequest } from './traffic/api-request.ts'
import type { DiscoveryRequest } from './traffic/discovery-request.ts'
import type { TokenRequest } from './traffic/token-request.ts'
import type { TrafficEvent } from './traffic/traffic-event.ts'

/** How an emulator is started. */
export interface EmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** @throws TypeError that names what is wrong with it. */
  readonly seed?: Seed
  /** Speaks https, with a certificate that clients trust by `emulator.ca`. Default false. */
  readonly tls?: boolean
  /** Gives each service an origin of its own besides the common one. Default false. */
  readonly ownOrigins?: boolean
  /** Lets events go to webhooks beyond loopback as well. Default false. */
  readonly webhooksAnywhere?: boolean
  /** The time that the emulator's clock starts from and runs with. Default: the machine's. */
  readonly clock?: { now(): number }
}

/** A running emulator: one origin that is the authority and every API, told apart by their paths. */
export interface Emulator extends AsyncDisposable, Seeding {
  /** For example `http://127.0.0.1:49152`. */
  readonly origin: string
  /** Where each service is: on `origin`, or with `ownOrigins` on another one each, as in production. */
  readonly origins: ServiceOrigins
  /** With `tls`, the certificate that clients have to trust, as PEM. */
  readonly ca?: string
  /** The environment variables that make a client of the first app use this emulator. */
  readonly env: Readonly<Record<string, string>>
  /** The environment variables that make managed-identity clients find this emulator. */
  readonly managedIdentity: ManagedIdentityEnvironment
  /** Every request to an API, whatever it was answered, in order of arrival; the newest 10,000. */
  readonly requests: readonly ApiRequest[]
  /** Those of `requests` that were for one API. */
  requestsTo(api: ApiName): readonly ApiRequest[]
  /** Every request that is for no API: for what is not here, or for the file of a report; the newest 10,000. */
  readonly otherRequests: readonly OtherRequest[]
  /** Every request for a token in order of arrival; the newest 10,000. */
  readonly tokenRequests: readonly TokenRequest[]
  /** Every request for the authority's metadata or keys; the newest 10,000. */
  readonly discoveryRequests: readonly DiscoveryRequest[]
  readonly clock: Clock
  readonly faults: Faults
  /** The tenants with their apps, whose credentials can be changed at any time. */
  readonly tenants: readonly Tenant[]
  /** The publishers with their offers, and how the portal behaves. */
  readonly portal: Portal
  /** Products, their submissions and the jobs that change them. */
  readonly productIngestion: ProductIngestion
  /** Products of the submission API with their submissions. */
  readonly submission: Submissions
  /** Queries and reports of Partner Center analytics. */
  readonly analytics: Analytics
  /** SaaS offers with their subscriptions, and the events that were sent to webhooks. */
  readonly marketplace: Marketplace
  /** A token of another issuer, such as a CI service, for an app's federated credential. */
  federatedToken(request: FederatedTokenRequest): Promise<string>
  /** Lets every API refuse the tokens issued until now, each in its own form. */
  revokeTokens(): void
  /** Calls `listener` with all traffic from now on, until the function that it returns is called. */
  watch(listener: (event: TrafficEvent) => void): () => void
  /** What there is now, as plain data that does not change any more: for assertions and snapshots. */
  state(): EmulatorState
  /** Empties the logs. */
  clearLog(): void
  /**
   * Puts everything back to how it was started, with the same ids: state, logs, faults and clock. An
   * object that was taken from the emulator before, such as a tenant or a subscription, has no effect
   * afterwards. A token stays what it is, valid or not. For use between tests, when no request is under way.
   */
  reset(): void
  /** Lets the process end while the emulator runs, which otherwise keeps it alive. */
  unref(): void
  /** Ends every connection and frees the port. */
  close(): Promise<void>
}

/** What each kind of Azure host sets for the processes on it. */
export interface ManagedIdentityEnvironment {
  /** App Service, Functions, Container Apps: `IDENTITY_ENDPOINT`, `IDENTITY_HEADER`. */
  readonly appService: Readonly<Record<string, string>>
  /** A virtual machine's IMDS, at another origin than `http://169.254.169.254`. */
  readonly imds: Readonly<Record<string, string>>
}
