import { createHash } from 'node:crypto'

/**
 * Makes this process repeatable, for good: chance comes from a seed, and hashes, which are made on other threads, are made
 * at once. The slow hash of a secret is a quick one here.
 */
export function makeRepeatable(seed: number): void {
  Math.random = mulberry32(seed)
  Object.assign(crypto.subtle, {
    digest: async (_: string, data: Uint8Array) => hash(data),
    importKey: async (_: string, key: Uint8Array) => ({ key }),
    deriveBits: async ({ salt }: { salt: Uint8Array }, { key }: { key: Uint8Array }) =>
      hash(new Uint8Array([...salt, ...key])),
  })
}

function hash(data: Uint8Array): ArrayBuffer {
  return new Uint8Array(createHash('sha256').update(data).digest()).buffer
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
