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
  const asked: { access_token?: unknown } = claims === undefined ? {} : JSON.parse(claims)
  const ofToken = typeof asked.access_token === 'object' ? asked.access_token : {}
  return JSON.stringify({
    ...asked,
    access_token: { ...ofToken, xms_cc: { values: capabilities } },
  })
}
