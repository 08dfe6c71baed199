/** A rule of core's `attempt` and `answered`, and what the source says once it is taken out. */
export interface Mutation {
  readonly without: string
  readonly from: string
  readonly to: string
  /** Adapters for which nothing changes then, and why. */
  readonly noMatterTo?: { readonly adapters: readonly string[]; readonly because: string }
}

/** The file they are made in. */
export const mutated = 'packages/core/src/exchange/exchange.ts'

export const mutations: readonly Mutation[] = [
  {
    without: 'coverage of the URL',
    from: 'if (!covering) return last(request.url)',
    to: "if (!covering) return { ...last(request.url), authorization: 'Bearer x' }",
    noMatterTo: { adapters: ['got'], because: 'its hooks ask before they begin an attempt' },
  },
  {
    without: 'the version parameter',
    from: 'api.version ? withVersion(request.url, api.version) : request.url',
    to: 'request.url',
  },
  {
    without: "the caller's own Authorization",
    from: 'if (request.authorizationSet) return last(url)',
    to: '',
  },
  {
    without: 'the abort of a wait for the token',
    from: 'await source.get(request)',
    to: 'await source.get()',
  },
  {
    without: 'the abort of a wait for the renewal',
    from: 'source.renew(sent.token, { claims, signal: sent.signal })',
    to: 'source.renew(sent.token, { claims })',
    noMatterTo: { adapters: ['got'], because: 'got ends at once, whatever its hooks wait for' },
  },
  {
    without: 'the renewal',
    from: 'source.renew(sent.token, { claims, signal: sent.signal })',
    to: 'Promise.resolve(sent.token)',
  },
  {
    without: 'the claims of the challenge',
    from: 'source.renew(sent.token, { claims, signal: sent.signal })',
    to: 'source.renew(sent.token, { signal: sent.signal })',
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
    from: '|| !carriedOurToken(sent.url, answer.url)',
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
    from: "auth.resend ? neverResent(sent, answer) : 'resend_off'",
    to: 'neverResent(sent, answer)',
  },
  {
    without: 'the renewal in the background',
    from: 'const renewal = source.renew(sent.token, { claims, signal: sent.signal })',
    to: `const renewal = auth.resend && !neverResent(sent, answer)
      ? source.renew(sent.token, { claims, signal: sent.signal })
      : Promise.resolve(sent.token)`,
  },
  {
    without: 'the 401 when the renewal failed',
    from: 'await renewal.catch(() => sent.signal?.throwIfAborted())',
    to: 'await renewal',
  },
  {
    without: 'the comparison of the tokens',
    from: "if (sameToken(renewed, sent.token)) return void notResent('same_token')",
    to: '',
  },
  {
    without: 'the limit of one resend',
    from: '{ ...last(sent.url), authorization: bearer(renewed) }',
    to: `{
      url: sent.url,
      authorization: bearer(renewed),
      answered: answer => answered(auth, { api, source }, { ...sent, token: renewed }, answer),
    }`,
    noMatterTo: {
      adapters: ['axios', 'ky', 'fetch'],
      because: 'authorized() asks about the first answer only',
    },
  },
  {
    without: 'a look at redirects of a POST',
    from: "return safe || sameUrl(sent.url, answer.url) ? undefined : 'redirected'",
    to: 'return undefined',
    noMatterTo: { adapters: ['got'], because: 'it sends again only the hop that was refused' },
  },
  {
    without: 'the event of a resend',
    from: "auth.observe({ type: 'request_resent', api: api.name, url })",
    to: '',
  },
  {
    without: 'the events of what is not resent',
    from: "auth.observe({ type: 'request_not_resent', api: api.name, url, why })",
    to: 'void why',
  },
]
