/**
 * The claims that a `WWW-Authenticate` header asks for, as JSON text; `undefined` if it asks for none that can be read.
 *
 * Such a challenge reads `Bearer realm="", error="insufficient_claims", claims="<base64 of JSON>"` (Entra, "Claims
 * challenges"), parameters in any order, possibly among challenges of other schemes (RFC 9110, section 11.6.1).
 */
export function claimsOf(header: string): string | undefined {
  for (const { scheme, parameters } of challenges(header)) {
    if (scheme !== 'bearer' || parameters.get('error') !== 'insufficient_claims') continue
    const claims = decoded(parameters.get('claims') ?? '')
    if (claims !== undefined) return claims
  }
  return undefined
}

interface Challenge {
  readonly scheme: string
  readonly parameters: Map<string, string>
}

function challenges(header: string): readonly Challenge[] {
  // Either `name=value`, the value a quoted string or a token, or a scheme: a token that no "=" follows.
  const part = /([^\s,="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([^\s,="]+)/g
  const found: Challenge[] = []
  for (const [, name, quoted, token, scheme] of header.matchAll(part)) {
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), parameters: new Map() })
    else
      found.at(-1)?.parameters.set(
        (name as string).toLowerCase(), // without a scheme there are a name and one of the two values
        quoted?.replace(/\\(.)/g, '$1') ?? (token as string),
      )
  }
  return found
}

/** Base64 or base64url, padded or not, of a JSON object. */
function decoded(base64: string): string | undefined {
  try {
    const bytes = atob(base64.replaceAll('-', '+').replaceAll('_', '/'))
    const text = new TextDecoder().decode(Uint8Array.from(bytes, byte => byte.charCodeAt(0)))
    const claims: unknown = JSON.parse(text)
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? text
      : undefined
  } catch {
    return undefined // a challenge that cannot be read is answered like any other refusal
  }
}
