import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('gets an answer in bounded time, however it is made', async () => {
  const script = fileURLToPath(new URL('hostile/input-made-to-take-forever.ts', import.meta.url))
  // A safety net and no measure: what backtracks or is quadratic takes from minutes to years.
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 50_000 })
  expect(stdout.trimEnd().split('\n')).toEqual([
    ...['401', '503'],
    ...['401', '503'],
    ...['401', '503'],
    ...['401', '401'],
    ...['401', '401'],
    'TypeError: The fault cannot be used. xxx',
    '4000000',
    '[redacted]',
    expect.stringContaining('must be given as PEM'),
  ])
})
