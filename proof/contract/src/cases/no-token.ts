import type { CloudPartnerAuth } from '@cloud-partner-auth/core'
import { isCloudPartnerAuthError } from '@cloud-partner-auth/core'
import type { TokenSource } from '@cloud-partner-auth/core/adapter'
import { expect } from 'vitest'
import type { ContractCase } from '../contract-case.ts'
import { rejection } from '../expectations/outcome.ts'
import { credentialKinds, type Stage } from '../stage/stage.ts'

export const noTokenCases: readonly ContractCase[] = [
  ...credentialKinds.map(
    (credential): ContractCase => ({
      title: `sends nothing without a token, and says what to do (${credential})`,
      async run(stage) {
        stage.authority.deny()
        await expectNothingSent(stage, stage.makeAuth({ credential }), {
          code: 'authority_refused',
          oauthError: 'invalid_client',
          aadsts: 7000215,
          retryable: false,
        })
      },
    }),
  ),
  ...credentialKinds.map(
    (credential): ContractCase => ({
      title: `takes no secret where the token request is redirected to (${credential})`,
      async run(stage) {
        stage.authority.redirectTo(`${stage.foreign.origin}/oauth2/token`)
        await expectNothingSent(stage, stage.makeAuth({ credential }), {
          code: 'authority_redirected',
          retryable: false,
        })
        expect(stage.foreign.received).toEqual([])
      },
    }),
  ),
]

/** Sends one request, which must fail with the typed error and not be repeated by the client's own retry. */
async function expectNothingSent(
  stage: Stage,
  auth: CloudPartnerAuth,
  facts: object,
): Promise<void> {
  const { portal, authority, ours, traits } = stage
  let asked = 0
  const client = ours({ auth: counting(auth, () => asked++), retries: 2 })
  const request = { method: 'PUT', url: `${portal.origin}/api/offers`, json: { a: 1 } }
  const outer = await rejection(client.send(request))
  const thrown = traits.wrapsErrors ? (outer as Error).cause : outer
  expect(isCloudPartnerAuthError(thrown), `a typed error and not ${String(thrown)}`).toBe(true)
  expect(thrown).toMatchObject(facts)
  expect(portal.received).toEqual([])
  expect(authority.received).toHaveLength(1)
  expect(asked, 'how often the client tried').toBe(1)
}

/** `auth`, which also calls `asked` for each attempt that asks it for a token. */
function counting(auth: CloudPartnerAuth, asked: () => void): CloudPartnerAuth {
  return {
    ...auth,
    covering(url) {
      const covering = auth.covering(url)
      if (!covering) return undefined
      const { api, source } = covering
      const counted: TokenSource = {
        current: () => source.current(),
        get(options) {
          asked()
          return source.get(options)
        },
        renew: (refused, options) => source.renew(refused, options),
        trust: token => source.trust(token),
        close: () => source.close(),
      }
      return { api, source: counted }
    },
  }
}
