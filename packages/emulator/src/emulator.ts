import type { Tenant } from './authority/directory.ts'
import type { FederatedTokenRequest } from './authority/identity-provider.ts'
import type { Clock } from './clock.ts'
import type { Faults } from './faults/faults.ts'
import type { Portal } from './portal/portal.ts'
import type { Seed, TenantSeed } from './seed/seed.ts'
import type { ApiRequest } from './traffic/api-request.ts'
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
  /** The time that the emulator's clock starts from and runs with. Default: the machine's. */
  readonly clock?: { now(): number }
}

/** A running emulator: one origin that is both the authority and the portal. */
export interface Emulator extends AsyncDisposable {
  /** For example `http://127.0.0.1:49152`. */
  readonly origin: string
  /** With `tls`, the certificate that clients have to trust, as PEM. */
  readonly ca?: string
  /** The environment variables that make a client of the first app use this emulator. */
  readonly env: Readonly<Record<string, string>>
  /** The environment variables that make managed-identity clients find this emulator. */
  readonly managedIdentity: ManagedIdentityEnvironment
  /** Every request to the portal, whatever its path, in order of arrival; the newest 10,000. */
  readonly requests: readonly ApiRequest[]
  /** Every request for a token in order of arrival; the newest 10,000. */
  readonly tokenRequests: readonly TokenRequest[]
  /** Every request for the authority's metadata or keys; the newest 10,000. */
  readonly discoveryRequests: readonly DiscoveryRequest[]
  readonly clock: Clock
  readonly faults: Faults
  /** The tenants with their apps, whose credentials can be changed at any time. */
  readonly tenants: readonly Tenant[]
  addTenant(tenant?: TenantSeed): Tenant
  /** The publishers with their offers, and how the portal behaves. */
  readonly portal: Portal
  /** A token of another issuer, such as a CI service, for an app's federated credential. */
  federatedToken(request: FederatedTokenRequest): Promise<string>
  /** Answers 401 `invalid_token` to every token issued until now. */
  revokeTokens(): void
  /** Calls `listener` with all traffic from now on, until the function that it returns is called. */
  watch(listener: (event: TrafficEvent) => void): () => void
  /** Empties the three logs. */
  clearLog(): void
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
