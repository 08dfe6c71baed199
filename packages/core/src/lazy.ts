/** Something whose code is loaded when it is first needed. */
export interface Lazy<Value> {
  /** Absent until it has been loaded. */
  readonly loaded: Value | undefined
  load(): Promise<Value>
}

/** Loads once. After a failure the next call tries again: files may be replaced under a running process. */
export function lazy<Value>(load: () => Promise<Value>): Lazy<Value> {
  let loaded: Value | undefined
  let loading: Promise<Value> | undefined
  return {
    get loaded() {
      return loaded
    },
    load() {
      loading ??= load().then(
        value => {
          loaded = value
          return value
        },
        error => {
          loading = undefined
          throw error
        },
      )
      return loading
    },
  }
}
