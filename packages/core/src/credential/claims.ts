/**
 * `claims` of a challenge with the client's capabilities merged in, as the `claims` parameter of a token request:
 * `{"access_token":{"nbf":{"essential":true,"value":"…"},"xms_cc":{"values":["cp1"]}}}` (Entra, "Claims
 * challenges, claims requests and client capabilities"). `undefined` where there is nothing to ask for.
 */
export function withCapabilities(
  claims: string | undefined,
  capabilities: readonly string[],
): string | undefined {
  if (capabilities.length === 0) return claims
  const asked = claims === undefined ? {} : (JSON.parse(claims) as { access_token?: object })
  return JSON.stringify({
    ...asked,
    access_token: { ...asked.access_token, xms_cc: { values: capabilities } },
  })
}
