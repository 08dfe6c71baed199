import type { Proof, ProofClient, Proven } from './proof.ts'

/** An assertion that somebody else signed: a federated token, or the result of a callback. */
export function assertionProof(
  what: string,
  read: (client: ProofClient) => string | Promise<string>,
  { comparable }: { readonly comparable: boolean },
): Proof {
  return { what, comparable, read, prove: text => provenAssertion(text, what), subject }
}

/** Whom an assertion is about, which stays as it is when the next one is signed (RFC 7523, section 3). */
function subject(assertion: string): string {
  try {
    const payload = assertion.split('.')[1] ?? ''
    const { iss, sub, aud } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    return JSON.stringify([iss, sub, aud])
  } catch {
    return assertion // the authority says what is wrong with it
  }
}

/** The assertion in a text. Throws a TypeError that begins with `what`. */
export function provenAssertion(text: unknown, what: string): Proven {
  const assertion = checked(text, what)
  return { present: () => ({ clientAssertion: assertion }) }
}

function checked(assertion: unknown, what: string): string {
  const text = typeof assertion === 'string' ? assertion.trim() : ''
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return text
  throw new TypeError(`${what} must be a signed JWT: three base64url parts with dots between`)
}
