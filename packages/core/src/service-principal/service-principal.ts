import { isLoopback } from '../api/url.ts'
import { type Authority, authority, checkedClientId, tokenUrl } from '../authority/authority.ts'
import { checkedFetch, type TokenFetch } from '../authority/token-request.ts'
import { readTokenResponse } from '../authority/token-response.ts'
import { bare, check, isText } from '../check.ts'
import { CloudPartnerAuthError, isCloudPartnerAuthError } from '../cloud-partner-auth-error.ts'
import type { AcquireRequest, Credential } from '../credential/credential.ts'
import { environmentNow, type LookAtEnvironment } from '../environment.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { Endpoint } from './endpoint.ts'
import { msal } from './msal.ts'
import { post } from './post.ts'
import { digest } from './proof/digest.ts'
import type { Proof, ProofClient, Proven } from './proof/proof.ts'
import { unreadable, unsent, unusable } from './unsent.ts'

/**
 * What every credential of a service principal needs. A variable of `process.env` may be passed as it is: one that is not
 * set is a TypeError when the credential is made.
 */
export interface ServicePrincipalOptions {
  /** The tenant's GUID or one of its domain names. */
  readonly tenantId: string | undefined
  /** The application (client) ID, a GUID. */
  readonly clientId: string | undefined
  /**
   * Origin of the authority: one of `authorityHosts` or any other. Default: what the environment names when a token is
   * first needed (`CLOUD_PARTNER_EMULATOR`, `AZURE_AUTHORITY_HOST`), else the public cloud. Http is for loopback only.
   */
  readonly authorityHost?: string | undefined
  /** Azure region whose regional token endpoint is used, such as `westeurope`. Default: the global endpoint. */
  readonly region?: string | undefined
  /**
   * Client capabilities to declare. `['cp1']` says that claims challenges are understood, and makes the
   * authority issue long-lived tokens for the APIs that send them. Default: none.
   */
  readonly capabilities?: readonly string[] | undefined
  /** Sends the token requests: the place for a proxy, a custom CA or mTLS. Default: the global `fetch`. */
  readonly fetch?: TokenFetch | undefined
}

export const principalOptions = ['authorityHost', 'region', 'capabilities', 'fetch'] as const

/** Which token endpoint is asked, for credentials that leave the choice. */
export interface EndpointOption {
  /** `v2`: by MSAL; `v1`: by a plain HTTP POST, without it. Default: `v2`. */
  readonly endpoint?: 'v1' | 'v2' | undefined
}

/** A credential of a service principal. Checks the options at once; throws a TypeError that names the wrong one. */
export function servicePrincipal(
  given: ServicePrincipalOptions & EndpointOption,
  proof: Proof,
): Credential {
  const options = bare(given)
  const { authorityHost, region } = options
  const checked: Checked = {
    proof,
    named: authority(options),
    authorityHost,
    region,
    clientId: checkedClientId(options.clientId),
    capabilities: checkedCapabilities(options.capabilities),
    fetch: checkedFetch(options.fetch),
    endpoint: endpointOf(options.endpoint),
  }
  return new Principal(checked, environmentNow)
}

/** What was passed, found sound. */
interface Checked {
  readonly proof: Proof
  readonly named: Authority
  readonly authorityHost: string | undefined
  readonly region: string | undefined
  readonly clientId: string
  readonly capabilities: readonly string[]
  readonly fetch: TokenFetch | undefined
  readonly endpoint: Endpoint
}

class Principal implements Credential {
  readonly #checked: Checked
  readonly #look: LookAtEnvironment
  #refused: string | undefined
  #expiresAt: number | undefined
  /** The last one made: it is slow. */
  #digested: { salt: string; subject: string; made: Promise<string> } | undefined

  constructor(checked: Checked, look: LookAtEnvironment) {
    this.#checked = checked
    this.#look = look
  }

  get identity(): string {
    const { named, clientId } = this.#checked
    return `${this.#authority().host}/${named.tenantId}/${clientId}`
  }

  get expiresAt(): number | undefined {
    return this.#expiresAt
  }

  async acquire(request: AcquireRequest): Promise<AccessToken> {
    const { proof, clientId, capabilities, fetch, endpoint } = this.#checked
    const where = this.#authority()
    const client = this.#client(where)
    const [text, proven] = await reading(proof, client).catch(error => {
      this.#refused = undefined // whatever can be read and used again is another one
      throw error
    })
    this.#expiresAt = proven.expiresAt
    try {
      const claims = withCapabilities(request.claims, capabilities)
      const requestedAt = Date.now()
      const presented = proven.present(client)
      const sent = { ...request, authority: where, clientId, presented, fetch, claims }
      return readTokenResponse(await endpoint.send(sent), requestedAt, request.claims)
    } catch (thrown) {
      const error = isCloudPartnerAuthError(thrown) ? thrown : unsent(thrown, text)
      if (!error.retryable) this.#refused = text
      throw error
    }
  }

  async changed(): Promise<boolean> {
    const { proof } = this.#checked
    if (!proof.comparable) return false
    const [text] = await reading(proof, this.#client(this.#authority()))
    return text !== this.#refused
  }

  async digest(salt: string): Promise<string> {
    const { proof } = this.#checked
    const text = await read(proof, this.#client(this.#authority()))
    const subject = proof.subject?.(text) ?? text
    if (this.#digested?.salt !== salt || this.#digested.subject !== subject) {
      this.#digested = { salt, subject, made: digest(subject, salt) }
    }
    return this.#digested.made
  }

  inEnvironment(look: LookAtEnvironment): Credential {
    return new Principal(this.#checked, look)
  }

  /** The authority of the options, else of the environment; a region has no meaning to the emulator. */
  #authority(): Authority {
    const { named, authorityHost, region } = this.#checked
    const environment = this.#look()
    const { emulator } = environment
    if (authorityHost !== undefined) checkEmulated(named, emulator)
    const host = authorityHost === undefined ? environment.authorityHost : undefined
    environment.keep()
    if (host === undefined) return named
    const { tenantId } = named
    return authority({ tenantId, authorityHost: host, region: emulator ? undefined : region })
  }

  #client(where: Authority): ProofClient {
    const { clientId, endpoint } = this.#checked
    return { clientId, tokenUrl: tokenUrl(where, endpoint.version) }
  }
}

/** A real token must not go to an emulator, nor a secret to both. */
function checkEmulated({ host }: Authority, emulator: string | undefined): void {
  if (emulator === undefined || isLoopback(new URL(host))) return
  throw new CloudPartnerAuthError(
    'emulator_in_effect',
    `CLOUD_PARTNER_EMULATOR names ${emulator}, but authorityHost is ${host}: unset the one or leave the other out.`,
    { retryable: false },
  )
}

async function reading(proof: Proof, client: ProofClient): Promise<readonly [string, Proven]> {
  const text = await read(proof, client)
  try {
    return [text, await proof.prove(text)]
  } catch (thrown) {
    throw unusable(thrown, text)
  }
}

async function read(proof: Proof, client: ProofClient): Promise<string> {
  try {
    return (await proof.read(client)) as string // whatever else it is, prove() refuses
  } catch (thrown) {
    throw await unreadable(proof.what, thrown)
  }
}

function endpointOf(version: 'v1' | 'v2' = 'v2'): Endpoint {
  const endpoint = [msal, post].find(one => one.version === version)
  check(endpoint, "endpoint must be 'v1' or 'v2'")
  return endpoint
}

function checkedCapabilities(capabilities: readonly string[] = []): readonly string[] {
  check(
    Array.isArray(capabilities) && capabilities.every(isText),
    "capabilities must list names, such as ['cp1']",
  )
  return capabilities
}

/**
 * `claims` of a challenge with the client's capabilities merged in, as the `claims` parameter of a token request:
 * `{"access_token":{"nbf":{"essential":true,"value":"…"},"xms_cc":{"values":["cp1"]}}}` (Entra, "Claims
 * challenges, claims requests and client capabilities"). `undefined` where there is nothing to ask for.
 */
function withCapabilities(
  claims: string | undefined,
  capabilities: readonly string[],
): string | undefined {
  if (capabilities.length === 0) return claims
  const asked: { access_token?: unknown } = claims === undefined ? {} : JSON.parse(claims)
  const ofToken = typeof asked.access_token === 'object' ? asked.access_token : {}
  return JSON.stringify({
    ...asked,
    access_token: { ...ofToken, xms_cc: { values: capabilities } },
  })
}
