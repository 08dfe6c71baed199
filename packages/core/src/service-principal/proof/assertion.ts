import { seen } from '../../seen.ts'
import type { Proof, Proven } from './proof.ts'

/** An assertion that somebody else signed: a federated token, or the result of a callback. */
export function assertionProof(
  what: string,
  read: Proof['read'],
  { comparable, at = what }: { readonly comparable: boolean; readonly at?: string },
): Proof {
  return { what, comparable, read, prove: text => provenAssertion(text, at), subject }
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

/** The assertion in a text. Throws a TypeError that begins with `at`. */
function provenAssertion(text: unknown, at: string): Proven {
  const assertion = checked(text, at)
  return { present: () => ({ clientAssertion: assertion }) }
}

function checked(assertion: unknown, at: string): string {
  const text = typeof assertion === 'string' ? assertion.trim() : ''
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return text
  const odd = seenInPlaceOfJwt(assertion, text)
  throw new TypeError(
    `${at} must be a signed JWT, three base64url parts with dots between${odd ? `, but it ${odd}` : ''}`,
  )
}

function seenInPlaceOfJwt(assertion: unknown, text: string): string | undefined {
  if (/^bearer\s/i.test(text)) return 'begins with Bearer: leave that out'
  if (/^\{/.test(text))
    return 'is a JSON object: take the token out of it (value, id_token or the like)'
  if (/^[\w-]+\.[\w-]+\.?$/.test(text)) return 'has no signature: it was cut off or never signed'
  return seen(assertion)
}
