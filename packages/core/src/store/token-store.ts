/**
 * Where tokens outlive a process: a Redis server, a folder, or anything of one's own that has `get` and `set`.
 *
 * A store is never asked for more than a cache gives: an operation that throws, or takes longer than `timeLimit`, is a
 * miss and an event, and the store is then left alone for 10 to 15 s. Two entries per token, it and what was said to those
 * who asked for it in vain; keys are 64 hexadecimal digits, for the latter with `-failure` behind.
 */
export interface TokenStore {
  /** What `set` was last given for this key, with what is left of its lifetime; `undefined` when there is nothing. */
  get(key: string): Promise<StoredValue | RejectedEntry | undefined>
  /** Replaces the entry, whole or not at all. It must be gone when its lifetime, in milliseconds, is over. */
  set(key: string, value: string, lifetime: number): Promise<void>
  /**
   * Takes the lock of this key, or resolves with `undefined` while somebody else has it. A lock must lapse
   * by itself, a few seconds after the process that holds it has died. Without this method, processes that need a token at
   * the same moment each acquire one.
   */
  lock?(key: string): Promise<StoreLock | undefined>
  /**
   * One look in one round trip, for stores that can: the entries of all `keys` at one instant and, in the same instant, the
   * lock of the first key, if it is wished for and free. Without this method, `get` and `lock` are called one after
   * another.
   */
  look?(keys: readonly string[], options: LookOptions): Promise<StoreLook>
  /** How long one operation may take, in milliseconds. Default: 250. */
  readonly timeLimit?: number | undefined
  /** Whether it is given nothing but ciphertext: set by `encrypted()`. */
  readonly encrypted?: boolean | undefined
  /** Says that tokens may lie in this store in clear. A store that is neither this nor encrypted is not accepted. */
  readonly unencrypted?: boolean | undefined
}

export interface LookOptions {
  /** Whether the lock is asked for. `unless_entry`: only where the first key has no entry. */
  readonly lock: 'never' | 'unless_entry' | 'always'
}

export interface StoreLook {
  /** What `get` gives, for each key. */
  readonly entries: readonly (StoredValue | RejectedEntry | undefined)[]
  /**
   * The lock, where it was taken; `held`, where somebody else has it, asked for or not: whoever waits then need not look
   * a second time.
   */
  readonly lock: StoreLock | 'held' | 'not_asked'
}

export interface StoredValue {
  readonly value: string
  /**
   * How long it still lives, in milliseconds, by the store's own clock: one that the writing and the reading process
   * share, so that clocks which differ do no harm.
   */
  readonly lifetime: number
}

/** An entry that must not be used: a miss, and a `store_entry_rejected` event. */
export interface RejectedEntry {
  readonly rejected: RejectionReason
}

/**
 * It is no entry of ours or is not for this key; it was not encrypted with a known key, or not for this
 * place, or was changed since; its file can be read by others, is somebody else's, or is a link, folder, FIFO, socket
 * or device.
 */
export type RejectionReason = 'malformed' | 'undecryptable' | 'unknown_key' | 'not_private'

export interface StoreLock {
  /** Gives the lock up, if it is still held. */
  release(): Promise<void>
}
