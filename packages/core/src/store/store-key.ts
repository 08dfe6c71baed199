/**
 * The key of the token that this identity has for this audience. A hash: who reads the store's keys learns neither
 * tenant nor client nor API. The first field keeps entries of another format apart.
 */
export async function storeKey(identity: string, audience: string): Promise<string> {
  const text = JSON.stringify(['cloud-partner-auth token 1', identity, audience])
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(hash), byte => byte.toString(16).padStart(2, '0')).join('')
}
