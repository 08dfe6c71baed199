/** What differs between the kinds of token endpoint when they fail. */
export interface TokenIssuer {
  /** What to do when it cannot be reached. */
  readonly unreachable: string
  /** What to do about a redirect. */
  readonly redirected: string
  /** Whether an answer with this status may be another one in a while. */
  passes(status: number): boolean
  /** What to do about a refusal that carries no AADSTS code; `undefined` where nothing is known about it. */
  remedy(status: number, said: string): string | undefined
}

/** The token endpoints of Entra. */
export const entra: TokenIssuer = {
  unreachable: 'Check DNS, proxy and firewall, and AZURE_AUTHORITY_HOST if it is set.',
  redirected:
    'The secret goes to no other host: set the authority host to where tokens are really issued.',
  passes: status => status === 408 || status === 429 || status >= 500,
  remedy: () => undefined,
}
