import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

describe('33,000 requests to six APIs, 100 at a time', { timeout: 300_000 }, () => {
  it('leave nothing behind but a log of 10,000', async () => {
    const script = fileURLToPath(new URL('endurance/rounds.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script])
    const { heaps, logged } = JSON.parse(stdout) as { heaps: number[]; logged: number[] }
    expect(logged).toEqual([10_000, 10_000, 10_000])
    // The first round warms up what is bounded: 1,000 verified tokens, compiled code.
    const [, second = 0, third = 0] = heaps
    expect(third - second).toBeLessThan(400_000)
  })
})
