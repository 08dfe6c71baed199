import type { Proof, ProofClient } from './proof.ts'

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The form fields of a client assertion (RFC 7523, section 2.2). */
export function assertionForm(assertion: string): Readonly<Record<string, string>> {
  return { client_assertion_type: jwtBearer, client_assertion: assertion }
}

/** An assertion that somebody else signed: a federated token, or the result of a callback. */
export function assertionProof(
  what: string,
  read: (client: ProofClient) => string | Promise<string>,
  { comparable }: { readonly comparable: boolean },
): Proof {
  return {
    what,
    comparable,
    read,
    prove(text) {
      const assertion = checked(text, what)
      return {
        form: () => assertionForm(assertion),
        msal: () => ({ clientAssertion: assertion }),
      }
    },
  }
}

function checked(assertion: unknown, what: string): string {
  const text = typeof assertion === 'string' ? assertion.trim() : ''
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return text
  throw new TypeError(`${what} must be a signed JWT: three base64url parts with dots between`)
}
