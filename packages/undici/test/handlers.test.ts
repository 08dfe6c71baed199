import { expect, it } from 'vitest'
import type { Headers } from '../src/handlers.ts'
import { legacyHandler } from '../src/handlers.ts'

it('reads headers that are named as what every object has', () => {
  let read: Headers | undefined
  const handler = legacyHandler({
    onResponseStart(_controller, _status, headers) {
      read = headers
    },
  })
  handler.onConnect?.(() => {}, undefined)
  const raw = ['Constructor', 'a', '__proto__', 'b', 'constructor', 'c'].map(text =>
    Buffer.from(text),
  )
  handler.onHeaders?.(200, raw, () => {}, 'OK')
  expect(Object.entries(read ?? {})).toEqual([
    ['constructor', 'a, c'],
    ['__proto__', 'b'],
  ])
})
