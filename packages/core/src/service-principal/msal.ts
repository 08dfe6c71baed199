import { loadMsal } from '#msal'
import { type Authority, tokenUrl } from '../authority/authority.ts'
import { requestToken, type TokenBody } from '../authority/token-request.ts'
import type { Endpoint, ServicePrincipalRequest } from './endpoint.ts'
import { notLoaded } from './unsent.ts'

/**
 * The v2 endpoint, asked by `@azure/msal-node`. Over our transport: MSAL's own follows redirects with the secret, has
 * no time limit and drops Retry-After.
 *
 * The application is made for one acquisition. Its cache and its memory of failures would come between the token
 * source and the authority, and what went wrong on the wire is known here without any shared state.
 */
export const msal: Endpoint = { version: 'v2', send }

async function send(request: ServicePrincipalRequest): Promise<unknown> {
  const { authority, clientId, presented, audience, claims, fetch, signal } = request
  const loaded = await loadMsal()
  if ('missing' in loaded) throw notLoaded(loaded.missing)
  let answer: TokenBody | undefined
  let failure: unknown

  const application = new loaded.ConfidentialClientApplication({
    auth: { clientId, ...presented, ...knownEndpoints(authority, tokenUrl(authority, 'v2')) },
    system: {
      networkClient: {
        async sendPostRequestAsync<Body>(
          url: string,
          { headers, body }: { headers?: Record<string, string>; body?: string } = {},
        ) {
          const form = new URLSearchParams(body)
          try {
            answer = await requestToken({ url, form, headers, fetch, signal })
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
      ...(claims !== undefined && { claims }),
    })
  } catch (thrown) {
    if (!answer) throw failure ?? thrown
  }
  // MSAL's own result is not used: it reports success for an answer without a token, and fails on answers that have one.
  return answer?.body
}

/** Endpoints of any authority host, so that MSAL makes no discovery call for it; http for loopback included. */
function knownEndpoints(authority: Authority, tokenEndpoint: string) {
  const { host: name } = new URL(authority.host)
  const tenant = `${authority.host}/${authority.tenantId}`
  return {
    authority: `https://${name}/${authority.tenantId}`, // MSAL insists on https here; it sends to the endpoints below
    knownAuthorities: [name],
    authorityMetadata: JSON.stringify({
      issuer: `${tenant}/v2.0`,
      token_endpoint: tokenEndpoint,
      authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
      jwks_uri: `${tenant}/discovery/v2.0/keys`,
    }),
  }
}
