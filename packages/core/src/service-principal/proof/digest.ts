/**
 * A salted hash of what a service principal proves itself with, for comparing and for nothing else: it is slow to make
 * (PBKDF2), so that even a weak secret is not found by guessing.
 */
export async function digest(text: string, salt: string): Promise<string> {
  const bytes = new TextEncoder()
  const key = await crypto.subtle.importKey('raw', bytes.encode(text), 'PBKDF2', false, [
    'deriveBits',
  ])
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes.encode(salt), iterations: 100_000 }
  const bits = new Uint8Array(await crypto.subtle.deriveBits(how, key, 256))
  return Array.from(bits, byte => byte.toString(16).padStart(2, '0')).join('')
}
