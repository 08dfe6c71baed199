/** How long to wait for what must happen, in milliseconds: far beyond what anything here takes on a busy machine. */
export function patience(): number {
  return Number(process.env['CONTRACT_PATIENCE'] ?? 60_000)
}

/** What `promise` rejects with. Throws when it resolves or hangs. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const nothing = Symbol('nothing')
  const outcome = await settled(
    promise.then(
      () => nothing,
      (thrown: unknown) => ({ thrown }),
    ),
  )
  if (typeof outcome === 'symbol') throw new Error('it resolved though it should have rejected')
  return outcome.thrown
}

/** Resolves as `promise` does. Rejects when that takes so long that something must hang. */
export async function settled<T>(promise: Promise<T>, what = 'it'): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stuck = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what}: nothing happened within ${patience()} ms`)),
      patience(),
    )
  })
  try {
    return await Promise.race([promise, stuck])
  } finally {
    clearTimeout(timer)
  }
}
