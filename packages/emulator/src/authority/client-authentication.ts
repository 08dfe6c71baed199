import type { Call } from '../http/call.ts'
import { aadsts } from './aadsts.ts'
import { type App, checkSecret, type Tenant } from './directory.ts'

/** The app that proved itself, and how. */
export interface AuthenticatedClient {
  readonly app: App
  readonly authenticatedBy: '1' | '2'
}

/**
 * Finds the app of a token request and checks its credential, in the body or as HTTP Basic.
 *
 * @throws AadstsError when there is no such app or its credential does not hold.
 */
export function authenticateClient(
  call: Call,
  form: ReadonlyMap<string, string>,
  tenant: Tenant,
): AuthenticatedClient {
  const { clientId, secret } = claimedClient(call, form)
  if (clientId === undefined) throw aadsts(900144, 'client_id')
  const app = tenant.apps.find(({ clientId: id }) => id === clientId.toLowerCase())
  if (!app) throw aadsts(700016, clientId, tenant.domain)
  if (secret === undefined) throw aadsts(7000216)
  const verdict = checkSecret(app, secret, call.now)
  if (verdict === 'wrong') throw aadsts(7000215, app.clientId)
  if (verdict === 'expired') throw aadsts(7000222, app.clientId)
  return { app, authenticatedBy: '1' }
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
