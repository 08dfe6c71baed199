/** What the reference model knows of one token source: which tokens were issued, and what became of them. */
export interface IssuedToken {
  readonly value: string
  readonly issuedAt: number
  readonly expiresAt: number
}

/** The last instant at which it may be handed out, by the documented margin. */
export function handedOutUntil({ issuedAt, expiresAt }: IssuedToken): number {
  return expiresAt - Math.min(10_000, (expiresAt - issuedAt) / 10)
}
