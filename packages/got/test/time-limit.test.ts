import { runInNewContext } from 'node:vm'
import { expect, it, vi } from 'vitest'
import type { GotOptions } from '../src/got-options.ts'
import { timeLimit } from '../src/time-limit.ts'

it('restates the whole time in an error of another realm, as in a sandbox of a test runner', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const limit = timeLimit()
    const options = { timeout: { request: 10_000 } } as unknown as GotOptions // all it looks at
    limit.start(options)
    vi.advanceTimersByTime(100)
    limit.leaveRest(options)
    const { request: rest } = options.timeout
    const error: Error = runInNewContext(
      `const said = 'waited for ${rest}ms'; new Error(said, { cause: new Error(said) })`,
    )
    limit.restate(error)
    expect(rest).toBe(9900)
    expect(error.message).toBe('waited for 10000ms')
    expect(error.stack).toContain('waited for 10000ms')
    expect(error.cause).toMatchObject({ message: 'waited for 10000ms' })
  } finally {
    vi.useRealTimers()
  }
})
