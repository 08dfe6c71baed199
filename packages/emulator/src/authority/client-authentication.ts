import type { Call } from '../http/call.ts'
import { aadsts } from './aadsts.ts'
import { type App, checkSecret } from './app.ts'
import { type AssertedBy, verifyClientAssertion } from './client-assertion.ts'
import type { Tenant } from './directory.ts'
import type { IdentityProvider } from './identity-provider.ts'

/** The app that proved itself, and how. */
export interface AuthenticatedClient {
  readonly app: App
  readonly credential: AssertedBy | 'secret'
}

/** What clients are authenticated against. */
export interface ClientAuthentication {
  readonly origin: () => string
  readonly identityProvider: IdentityProvider
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * Finds the app of a token request and checks its credential: an assertion, or a secret in the body
 * or by HTTP Basic.
 *
 * @throws AadstsError when there is no such app or its credential does not hold.
 */
export async function authenticateClient(
  { origin, identityProvider }: ClientAuthentication,
  call: Call,
  form: ReadonlyMap<string, string>,
  tenant: Tenant,
): Promise<AuthenticatedClient> {
  const { clientId, secret } = claimedClient(call, form)
  if (clientId === undefined) throw aadsts(900144, 'client_id')
  const app = tenant.apps.find(({ clientId: id }) => id === clientId.toLowerCase())
  if (!app) throw aadsts(700016, clientId, tenant.domain)
  if (!app.enabled) throw aadsts(7000112, app.clientId, app.name)
  if (call.fault?.fault.type === 'refuse') throw aadsts(7000215, app.clientId)

  const assertion = form.get('client_assertion')
  if (assertion !== undefined) {
    const type = form.get('client_assertion_type')
    if (type === undefined) throw aadsts(900144, 'client_assertion_type')
    if (type !== assertionType) throw aadsts(9002313)
    const credential = await verifyClientAssertion(app, assertion, {
      now: call.now,
      isAudience: audience => namesTenant(audience, tenant, origin()),
      providerKeys: identityProvider.keys,
    })
    return { app, credential }
  }
  if (secret === undefined) throw aadsts(7000216)
  const verdict = checkSecret(app, secret, call.now)
  if (verdict === 'wrong') throw aadsts(7000215, app.clientId)
  if (verdict === 'expired') throw aadsts(7000222, app.clientId)
  return { app, credential: 'secret' }
}

/** Who a token request says it is from. */
export function claimedClient(
  call: Call,
  form: ReadonlyMap<string, string>,
): { clientId?: string | undefined; secret?: string | undefined } {
  const basic = /^Basic\s+(\S+)$/i.exec(call.headers.authorization ?? '')?.[1]
  if (basic === undefined) {
    return { clientId: form.get('client_id'), secret: form.get('client_secret') }
  }
  const text = Buffer.from(basic, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) throw aadsts(9002313)
  return { clientId: decoded(text.slice(0, colon)), secret: decoded(text.slice(colon + 1)) }
}

// RFC 6749 section 2.3.1: both parts are form-urlencoded before they are joined.
function decoded(part: string): string {
  return new URLSearchParams(`part=${part.replaceAll('&', '%26')}`).get('part') ?? ''
}

// A client may reach the emulator through its own transport; its assertion then names the public host.
const publicHosts =
  /^https:\/\/(login\.(microsoftonline\.com|microsoft\.com|windows\.net)|sts\.windows\.net)\//

function namesTenant(audience: string, tenant: Tenant, origin: string): boolean {
  const path = audience.startsWith(`${origin}/`)
    ? audience.slice(origin.length + 1)
    : audience.replace(publicHosts, '')
  const [name = '', ...rest] = path.split('/')
  return (
    path !== audience &&
    [tenant.id, tenant.domain].includes(name.toLowerCase()) &&
    ['', 'v2.0', 'oauth2/token', 'oauth2/v2.0/token'].includes(rest.join('/'))
  )
}
