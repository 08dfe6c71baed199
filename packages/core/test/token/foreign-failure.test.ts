import { beforeAll, describe, expect, it } from 'vitest'
import { explanationOf } from '../../src/authority/token-failure.ts'
import type { CloudPartnerAuthError } from '../../src/cloud-partner-auth-error.ts'
import { clientAssertion } from '../../src/credential/client-assertion.ts'
import { clientSecret } from '../../src/credential/client-secret.ts'
import type { Credential } from '../../src/credential/credential.ts'
import { tokenCredential } from '../../src/credential/token-credential.ts'
import { tokenSource } from '../../src/token/token-source.ts'
import { pass, withFakeClock } from '../fixtures/fake-clock.ts'

const ids = { tenantId: 'contoso.com', clientId: '66666666-7777-8888-9999-000000000000' }

/** Where code of the user's own may throw. */
const places: readonly (readonly [string, (fail: () => Promise<never>) => Credential])[] = [
  ['getToken() of a credential', fail => tokenCredential({ getToken: fail })],
  ['a callback that makes an assertion', fail => clientAssertion({ ...ids, assertion: fail })],
  ['a callback that gets a secret', fail => clientSecret({ ...ids, secret: fail })],
]

/** An error as a library makes it. */
function made(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more })
}
function circular(): Error {
  const error = made('Error', 'The vault answered 503')
  return Object.assign(error, { cause: error })
}
function unspeakable(): Error {
  return Object.defineProperty(new Error(), 'message', {
    get() {
      throw new Error('No message')
    },
  })
}

const passing: readonly (readonly [string, unknown, RegExp])[] = [
  ['a text', 'The vault is sealed', /The vault is sealed/],
  ['nothing', undefined, /undefined was thrown/],
  ['an answer', { status: 503, message: 'Service Unavailable' }, /Service Unavailable/],
  [
    'several errors',
    new AggregateError([made('Error', 'connect ECONNREFUSED ::1:443')], 'No vault answered'),
    /No vault answered \(connect ECONNREFUSED/,
  ],
  ['a cause that is its own', circular(), /The vault answered 503/],
  ['an error that throws when it is read', unspeakable(), /cannot be read/],
  ['a mistake', new TypeError("Cannot read properties of undefined (reading 'jwt')"), /'jwt'/],
  ['an abort', new DOMException('This operation was aborted', 'AbortError'), /AbortError/],
  [
    'a credential of @azure/identity that is not set up',
    made('CredentialUnavailableError', 'EnvironmentCredential is unavailable.'),
    /EnvironmentCredential is unavailable/,
  ],
  [
    'a chain of them',
    made('AggregateAuthenticationError', 'ChainedTokenCredential authentication failed.', {
      errors: [made('CredentialUnavailableError', 'Azure CLI could not be found.')],
    }),
    /Azure CLI could not be found/,
  ],
  [
    'a service in front of Entra that is busy',
    made('AuthenticationError', 'unknown_error Status code: 503', {
      errorResponse: { error: 'unknown_error', errorDescription: 'Service Unavailable' },
    }),
    /Status code: 503/,
  ],
  [
    'what passes by the word of Entra',
    made('AuthenticationError', 'temporarily_unavailable: AADSTS90033: A transient error.'),
    /AADSTS90033/,
  ],
]

const wrongSecret = 'AADSTS7000215: Invalid client secret provided.'
const lasting: readonly (readonly [string, unknown, RegExp])[] = [
  [
    'what @azure/identity says of a wrong secret',
    made('AuthenticationError', `invalid_client Status code: 401\nMore details:\n${wrongSecret}`, {
      errorResponse: { error: 'invalid_client', errorDescription: wrongSecret },
    }),
    /AADSTS7000215.* Use the client secret's value.* Made within the last minute\? Wait/,
  ],
  [
    'what one of a chain was told',
    made('AggregateAuthenticationError', 'ChainedTokenCredential authentication failed.', {
      errors: [
        made('CredentialUnavailableError', 'No CLI'),
        made('AuthenticationError', wrongSecret),
      ],
    }),
    /AADSTS7000215/,
  ],
  [
    'what MSAL says',
    made('ServerError', 'invalid_grant: AADSTS70021: No matching federated identity record', {
      errorCode: 'invalid_grant',
    }),
    /AADSTS70021.* Compare it with the federated credential.* Made within the last minute\? Wait/,
  ],
  ['an OAuth error without a number', made('Error', 'invalid_scope: no'), /invalid_scope/],
  [
    'an error that says so itself',
    made('VaultError', 'There is no such key', { retryable: false }),
    /There is no such key.* Trying again does not help/,
  ],
]

describe.each(places)('what is thrown by %s', (_, credentialThat) => {
  withFakeClock()
  beforeAll(() => explanationOf(7000215)) // the table is loaded late, in no time that this clock knows

  async function failureOf(thrown: unknown, after: number) {
    let calls = 0
    const credential = credentialThat(async () => {
      calls++
      throw thrown
    })
    const source = tokenSource({ credential, audience: 'api://x', observe() {} })
    let failure: CloudPartnerAuthError | undefined
    source.get().catch(error => {
      failure = error
    })
    for (let turn = 0; turn < after / 500; turn++) await pass(500)
    return { failure, calls }
  }

  it.each(passing)('passes, and is told within 10 s: %s', async (_, thrown, expected) => {
    const { failure, calls } = await failureOf(thrown, 10_000)
    expect(failure).toMatchObject({ code: 'credential_failed', retryable: true })
    expect(failure?.message).toMatch(expected)
    expect(calls).toBeGreaterThan(3)
  })

  it.each(lasting)('lasts: %s', async (_, thrown, expected) => {
    const { failure, calls } = await failureOf(thrown, 500)
    expect(failure).toMatchObject({ retryable: false })
    expect(failure?.message).toMatch(expected)
    expect(calls).toBeLessThanOrEqual(2) // a secret is read once more, since it may be another one by now
  })
})
