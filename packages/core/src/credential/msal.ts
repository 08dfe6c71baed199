import { ConfidentialClientApplication, type Configuration } from '@azure/msal-node'
import type { Authority } from '../authority/authority.ts'
import { requestToken, type TokenAnswer } from '../authority/token-request.ts'
import { readTokenResponse } from '../authority/token-response.ts'
import type { AccessToken } from '../token/access-token.ts'
import type { AcquireRequest } from './credential.ts'

/**
 * Acquires a token with `@azure/msal-node`, over our transport: MSAL's own follows redirects with the secret, has no
 * time limit and drops Retry-After.
 *
 * The application is made for one acquisition. Its cache and its memory of failures would come between
 * the token source and the authority, and what went wrong on the wire is known here without any shared state.
 */
export async function acquireByMsal(options: {
  readonly authority: Authority
  readonly auth: Pick<Configuration['auth'], 'clientId' | 'clientSecret'>
  readonly fetch: typeof globalThis.fetch | undefined
  readonly request: AcquireRequest
}): Promise<AccessToken> {
  const { authority, auth, fetch } = options
  const { audience, claims, signal } = options.request
  const requestedAt = Date.now()
  let answer: TokenAnswer | undefined
  let failure: unknown

  const application = new ConfidentialClientApplication({
    auth: { ...auth, ...knownEndpoints(authority) },
    system: {
      networkClient: {
        async sendPostRequestAsync<Body>(
          url: string,
          { headers, body }: { headers?: Record<string, string>; body?: string } = {},
        ) {
          try {
            answer = await requestToken({
              url,
              form: new URLSearchParams(body),
              headers,
              fetch,
              signal,
            })
          } catch (thrown) {
            failure = thrown // MSAL replaces it by an error of its own that has lost the facts
            throw thrown
          }
          return { ...answer, body: answer.body as Body }
        },
        sendGetRequestAsync: () => Promise.reject(new Error('no discovery call is needed')),
      },
    },
  })

  try {
    await application.acquireTokenByClientCredential({
      scopes: [`${audience}/.default`],
      ...(claims && { claims }),
    })
  } catch (thrown) {
    throw failure ?? thrown
  }
  // MSAL reports success for an answer without a token; the answer itself is read.
  return readTokenResponse(answer?.body, requestedAt, claims)
}

/** Endpoints of any authority host, so that MSAL makes no discovery call for it; http for loopback included. */
function knownEndpoints({ host, tenantId }: Authority) {
  const { host: name } = new URL(host)
  const tenant = `${host}/{tenantid}`
  return {
    authority: `https://${name}/${tenantId}`, // MSAL insists on https here; it sends to the endpoints below
    knownAuthorities: [name],
    authorityMetadata: JSON.stringify({
      issuer: `${tenant}/v2.0`,
      token_endpoint: `${tenant}/oauth2/v2.0/token`,
      authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
      jwks_uri: `${tenant}/discovery/v2.0/keys`,
    }),
  }
}
