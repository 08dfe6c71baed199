/** A rule of core's `attempt` or `renewedToken`, with the change to the source that takes it out. */
export interface Mutation {
  readonly without: string
  readonly from: string
  readonly to: string
  /** Adapters that behave the same without the rule, and why. */
  readonly noMatterTo?: { readonly adapters: readonly string[]; readonly because: string }
}

/** The source files that are changed. */
export const mutated = ['exchange', 'refusal'].map(name => `packages/core/src/exchange/${name}.ts`)

export const mutations: readonly Mutation[] = [
  {
    without: 'coverage of the URL',
    from: "if (!covering) return untouched(auth, request.url, 'not_covered')",
    to: `if (!covering)
      return { ...untouched(auth, request.url, 'not_covered'), authorization: 'Bearer x' }`,
    noMatterTo: {
      adapters: ['axios', 'got', 'undici'],
      because: 'it asks whether a URL is covered before it begins an attempt',
    },
  },
  {
    without: 'the version parameter',
    from: 'api.version ? withVersion(request.url, api.version) : request.url',
    to: 'request.url',
  },
  {
    without: "the caller's own Authorization",
    from: "if (request.authorizationSet) return untouched(auth, url, 'own_authorization', api)",
    to: '',
  },
  {
    without: 'the abort of a wait for the token',
    from: 'source.get({ signal })',
    to: 'source.get()',
  },
  {
    without: 'the abort of a wait for the renewal',
    from: '.renew(token, { claims, doubted, signal })',
    to: '.renew(token, { claims, doubted })',
    noMatterTo: {
      adapters: ['got', 'undici'],
      because: 'the client itself ends at once, whatever the adapter waits for',
    },
  },
  {
    without: 'the renewal',
    from: 'source.renew(token, { claims, doubted, signal })',
    to: 'Promise.resolve(token)',
  },
  {
    without: 'the claims of the challenge',
    from: '.renew(token, { claims, doubted, signal })',
    to: '.renew(token, { doubted, signal })',
  },
  {
    without: "the API's own way to refuse",
    from: 'api.refuses?.(answer) ?? answer.status === 401',
    to: 'answer.status === 401',
  },
  {
    without: 'a look at the status',
    from: 'api.refuses?.(answer) ?? answer.status === 401',
    to: 'api.refuses?.(answer) ?? answer.status >= 400',
  },
  {
    without: 'a look at who answered',
    from: "if (!saidOfOurToken(auth, api, refused.url, answer.url)) return notResent('elsewhere')",
    to: '',
    noMatterTo: { adapters: ['got'], because: 'its hooks see each hop, and take the token back' },
  },
  {
    without: 'a look at the body',
    from: "if (!answer.replayable) return 'body_not_replayable'",
    to: '',
  },
  {
    without: 'the switch for resending',
    from: "auth.resend ? neverResent(refused, answer) : 'resend_off'",
    to: 'neverResent(refused, answer)',
  },
  {
    without: 'the renewal in the background',
    from: 'source.renew(token, { claims, doubted, background: true }).catch(() => {})',
    to: '',
  },
  {
    without: 'the 401 when the renewal failed',
    from: 'failure = isCloudPartnerAuthError(thrown) ? thrown : undefined',
    to: 'throw thrown',
  },
  {
    without: 'the comparison of the tokens',
    from: "if (sameToken(renewed, token)) return notResent('same_token')",
    to: '',
  },
  {
    without: 'the limit of one resend',
    from: 'secondAttempt(auth, covering, { ...sent, token: renewed }, answer)',
    to: 'firstAttempt(auth, covering, { ...sent, token: renewed })',
    noMatterTo: {
      adapters: ['axios', 'ky', 'fetch'],
      because: 'authorized() asks about the first answer only',
    },
  },
  {
    without: 'a look at redirects of a POST',
    from: "return safe || direct ? undefined : 'redirected'",
    to: 'return undefined',
    noMatterTo: { adapters: ['got'], because: 'it sends again only the hop that was refused' },
  },
  {
    without: 'the event of a resend',
    from: "auth.observe?.({ type: 'request_resent', ...named })",
    to: '',
  },
  {
    without: 'the events of what is not resent',
    from: "auth.observe?.({ type: 'request_not_resent', ...named, why: refusal as NotResent })",
    to: '{}',
  },
]
