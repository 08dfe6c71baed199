import { check, checkNoOptions, member } from '../check.ts'
import { checkShape } from './check-store.ts'
import type {
  LookOptions,
  RejectedEntry,
  StoredValue,
  StoreLook,
  TokenStore,
} from './token-store.ts'

/** 32 random bytes, or their base64: `openssl rand -base64 32`. */
export type EncryptionKey = string | Uint8Array

/**
 * The store, given nothing but ciphertext: AES-256-GCM by WebCrypto, each entry bound to its place, so that one that was
 * changed, moved or made by somebody else is a miss and a `store_entry_rejected` event.
 *
 * The first key encrypts, all of them decrypt. To replace a key without a miss: add the new one at the end in every
 * process, then move it to the front, then take the old one out.
 *
 * Throws a TypeError for a key that is not 32 bytes; it shows nothing of the key.
 */
export function encrypted(
  store: TokenStore,
  keys: EncryptionKey | undefined | readonly (EncryptionKey | undefined)[],
  options?: never,
): TokenStore & { readonly encrypted: true } {
  checkShape(store, 'encrypted(store, keys): store')
  checkNoOptions(
    options,
    'encrypted(store, keys)',
    'those of the store go to redisStore() or fileStore()',
  )
  const list = typeof keys === 'string' || keys instanceof Uint8Array ? [keys] : keys
  check(
    Array.isArray(list) && list.length > 0,
    'encrypted(store, keys) needs at least one key: what "openssl rand -base64 32" prints',
  )
  const bytes = list.map((key: EncryptionKey | undefined, index) => keyBytes(key, `keys[${index}]`))
  let imported: Promise<readonly Key[]> | undefined
  const ring = () => {
    imported ??= Promise.all(bytes.map(importKey)).catch(error => {
      imported = undefined
      throw error
    })
    return imported
  }

  async function decrypted(key: string, stored: Entry): Promise<Entry> {
    if (!stored || 'rejected' in stored) return stored
    const parts = stored.value.split('.')
    const [version, keyId, iv = '', sealed = ''] = parts
    if (version !== formatVersion || parts.length !== 4) return { rejected: 'undecryptable' }
    const known = (await ring()).find(({ id }) => id === keyId)
    if (!known) return { rejected: 'unknown_key' }
    const value = await open(known, { key, iv, sealed })
    return value === undefined ? { rejected: 'undecryptable' } : { ...stored, value }
  }

  async function look(keys: readonly string[], options: LookOptions): Promise<StoreLook> {
    const seen = (await store.look?.(keys, options)) as StoreLook // there is one where this is called
    const entries = keys.map((key, index) => decrypted(key, seen.entries[index]))
    return { ...seen, entries: await Promise.all(entries) }
  }

  return {
    encrypted: true,
    timeLimit: member(store, 'timeLimit'),
    get: async key => decrypted(key, await store.get(key)),
    async set(key, value, lifetime) {
      const [first] = (await ring()) as [Key] // there is one: they were counted above
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const sealed = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData: place(first, key) },
        first.cryptoKey,
        new TextEncoder().encode(value),
      )
      const parts = [formatVersion, first.id, base64url(iv), base64url(new Uint8Array(sealed))]
      await store.set(key, parts.join('.'), lifetime)
    },
    ...(member(store, 'lock') && { lock: async (key: string) => store.lock?.(key) }),
    ...(member(store, 'look') && { look }),
  }
}

const formatVersion = '1'

type Entry = StoredValue | RejectedEntry | undefined

interface Key {
  readonly id: string
  readonly cryptoKey: Awaited<ReturnType<typeof crypto.subtle.importKey>>
}

async function open(
  known: Key,
  { key, iv, sealed }: { readonly key: string; readonly iv: string; readonly sealed: string },
): Promise<string | undefined> {
  try {
    const plain = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: fromBase64(iv), additionalData: place(known, key) },
      known.cryptoKey,
      fromBase64(sealed),
    )
    return new TextDecoder('utf-8', { fatal: true }).decode(plain)
  } catch {
    return undefined // changed, moved, cut off or never ours: GCM tells none of them apart
  }
}

/** What an entry is bound to. */
function place({ id }: Key, key: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`cloud-partner-auth/${formatVersion}/${id}/${key}`)
}

async function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<Key> {
  // The id tells keys apart. 48 bits of a hash say nothing of 256 random ones, and there is no name to keep in step.
  const text = new Uint8Array([...new TextEncoder().encode('cloud-partner-auth key id'), ...bytes])
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', text))
  return {
    id: base64url(hash.subarray(0, 6)),
    cryptoKey: await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, [
      'encrypt',
      'decrypt',
    ]),
  }
}

function keyBytes(key: EncryptionKey | undefined, at: string): Uint8Array<ArrayBuffer> {
  const bytes = typeof key === 'string' ? decoded(key) : key
  if (bytes instanceof Uint8Array && bytes.length === 32) return new Uint8Array(bytes) // a copy: the caller may wipe its own
  throw new TypeError(
    `${at} must be 32 random bytes or their base64, as "openssl rand -base64 32" prints`,
  )
}

function decoded(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return fromBase64(text.trim())
  } catch {
    return undefined
  }
}

function base64url(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/={1,2}$/, '')
}

/** Either alphabet, padded or not. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const plain = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={1,2}$/, '')
  return Uint8Array.from(atob(plain), character => character.charCodeAt(0))
}
