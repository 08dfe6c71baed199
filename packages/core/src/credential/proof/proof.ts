/** How a service principal proves to the authority who it is. */
export interface Proof {
  /** For messages, such as `secret`. */
  readonly what: string
  /** Reads the secret, the certificate or the assertion: once for each token request. */
  read(client: ProofClient): string | Promise<string>
  /** Checks what was read. Throws a TypeError that says what is wrong with it, and shows nothing of it. */
  prove(text: string): Proven
  /** Whether comparing two readings tells a rotation: not so for assertions made anew each time. */
  readonly comparable: boolean
}

/** One reading of a proof, ready for use. */
export interface Proven {
  /** The fields that prove it in the form of a token request (RFC 6749, section 2.3.1; RFC 7523, section 2.2). */
  form(client: ProofClient): Readonly<Record<string, string>>
  /** The same as `auth` options of `@azure/msal-node`. */
  msal(): MsalProof
  /** When it stops being accepted, where that is known. */
  readonly expiresAt?: number | undefined
}

export interface ProofClient {
  readonly clientId: string
  /** URL of the token endpoint: the audience of a signed assertion. */
  readonly tokenUrl: string
}

export interface MsalProof {
  readonly clientSecret?: string
  readonly clientAssertion?: string
  readonly clientCertificate?: {
    readonly thumbprintSha256: string
    readonly privateKey: string
    readonly x5c?: string
  }
}
