import type { AccessToken } from '../token/access-token.ts'
import type { BoundedLook, BoundedStore } from './bounded-store.ts'
import { failureEntry, failureKey, storedFailures } from './failure-entry.ts'
import { noFailures, type SharedFailures } from './shared-failure.ts'
import { storedToken, storeEntry } from './store-entry.ts'
import type { LookOptions, RejectionReason } from './token-store.ts'

/** What a fleet shares about one token: it, who is acquiring it, and what was said to those who tried in vain. */
export interface SharedState {
  look(key: string, options: LookOptions): Promise<SharedLook>
  leaveToken(key: string, token: AccessToken): Promise<void>
  leaveFailures(key: string, failures: SharedFailures): Promise<void>
}

export interface SharedLook {
  readonly token: AccessToken | undefined
  readonly failures: SharedFailures
  readonly lock: BoundedLook['lock']
  /** Why an entry was not used. */
  readonly rejected: RejectionReason | undefined
}

export function sharedState(store: BoundedStore): SharedState {
  return {
    async look(key, options) {
      // Before the question: the answer's lifetimes are then counted as shorter than they are, never as longer.
      const readAt = Date.now()
      const { entries, lock } = await store.look([key, failureKey(key)], options)
      const token = read(entries[0], stored => storedToken(key, stored, readAt))
      const failures = read(entries[1], stored => storedFailures(failureKey(key), stored))
      return {
        token: token.value,
        failures: failures.value ?? noFailures(),
        lock,
        rejected: token.rejected ?? failures.rejected,
      }
    },
    leaveToken: (key, token) =>
      store.set(key, storeEntry(key, token), Math.floor(token.expiresAt - Date.now())),
    leaveFailures(key, failures) {
      const { value, lifetime } = failureEntry(failureKey(key), failures)
      return store.set(failureKey(key), value, lifetime)
    },
  }
}

type Entry = BoundedLook['entries'][number]
type Stored = Extract<Entry, { readonly value: string }>

interface Reading<Value> {
  readonly value?: Value | undefined
  readonly rejected?: RejectionReason
}

function read<Value>(entry: Entry, parse: (stored: Stored) => Value | undefined): Reading<Value> {
  if (!entry) return {}
  if ('rejected' in entry) return { rejected: entry.rejected }
  const value = parse(entry)
  return value === undefined ? { rejected: 'malformed' } : { value }
}
