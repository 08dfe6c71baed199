import type { Proof } from './proof.ts'

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The form fields of a client assertion (RFC 7523, section 2.2). */
export function assertionForm(assertion: string): Readonly<Record<string, string>> {
  return { client_assertion_type: jwtBearer, client_assertion: assertion }
}

/** An assertion that somebody else signed: a federated token, or the result of a callback. */
export function assertionProof(read: () => string | Promise<string>, comparable: boolean): Proof {
  return {
    comparable,
    read: async () => checked(await read()),
    form: assertionForm,
    msal: value => ({ clientAssertion: value }),
  }
}

function checked(assertion: unknown): string {
  const text = typeof assertion === 'string' ? assertion.trim() : ''
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)) return text
  throw new TypeError('assertion must be a signed JWT: three base64url parts with dots between')
}
