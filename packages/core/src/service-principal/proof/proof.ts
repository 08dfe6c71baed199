/** How a service principal proves to the authority who it is. */
export interface Proof {
  /** For messages, such as `secret`. */
  readonly what: string
  /** Reads the secret, the certificate or the assertion: once for each token request. `undefined` is for `prove()` to refuse. */
  read(client: ProofClient): string | undefined | Promise<string | undefined>
  /** Checks what was read. Throws a TypeError that says what is wrong with it, and shows nothing of it. */
  prove(text: string): Proven | Promise<Proven>
  /** What is the same in each reading until the proof is replaced. Default: the reading itself. */
  subject?(text: string): string
  /** Whether comparing two readings tells a rotation: not so for assertions made anew each time. */
  readonly comparable: boolean
}

/** One reading of a proof, ready for use. */
export interface Proven {
  /** What a token request presents: a secret (RFC 6749, section 2.3.1) or an assertion (RFC 7523, section 2.2). */
  present(client: ProofClient): Presented
  /** When it stops being accepted, where that is known. */
  readonly expiresAt?: number | undefined
}

export type Presented = { readonly clientSecret: string } | { readonly clientAssertion: string }

export interface ProofClient {
  readonly clientId: string
  /** URL of the token endpoint: the audience of a signed assertion. */
  readonly tokenUrl: string
}
