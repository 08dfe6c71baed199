import { describe, expect, it, vi } from 'vitest'
import { countedCredential, heldCredential } from '../fixtures/counted-credential.ts'
import { pass, withFakeClock } from '../fixtures/fake-clock.ts'
import { memoryStore, withLook } from './fixtures/memory-store.ts'
import { processWithStore, soon, until } from './fixtures/process-with-store.ts'

const second = 1_000

describe('a process that waits for another one', () => {
  withFakeClock()

  it('looks at the store after 50 ms, then less and less often, and once a second at most after two', async () => {
    const below = memoryStore()
    await below.lock('any')
    const store = withLook(below)
    const waiting = processWithStore(countedCredential(), store).get()
    waiting.catch(() => {})
    await until(() => store.looks === 1)
    await pass(2 * second)
    const sofar = store.looks
    expect(sofar).toBeLessThanOrEqual(8)
    expect(sofar).toBeGreaterThanOrEqual(5)
    await pass(7 * second)
    expect(store.looks - sofar).toBeLessThanOrEqual(7)
    expect(store.looks - sofar).toBeGreaterThanOrEqual(2)
  })

  it('asks a store that can all of it in one operation, from the start to the token', async () => {
    const store = withLook(memoryStore())
    const credential = countedCredential()
    await soon(processWithStore(credential, store).get())
    expect(store.looks).toBe(1)
    const warm = processWithStore(credential, store)
    const token = await soon(warm.get())
    expect(store.looks).toBe(2)
    await pass(60 * second)
    await soon(warm.renew(token))
    // There is a token, and it is of no use: only the second look takes the lock.
    expect(store.looks).toBe(4)
    expect(credential.requests).toHaveLength(2)
  })

  it('is told by each look whether the other one still tries, and takes no lock only to give it back', async () => {
    const below = memoryStore()
    const lock = await below.lock('any')
    const store = withLook(below)
    const waiting = processWithStore(countedCredential(), store).get()
    await until(() => store.looks === 1)
    await pass(5 * second)
    expect(below.calls.filter(call => call === 'lock')).toHaveLength(2)
    await lock?.release()
    await pass(3 * second)
    expect((await soon(waiting)).reveal()).toBe('token-1')
  })

  it('costs nothing any more when its last caller has gone', async () => {
    const below = memoryStore()
    await below.lock('any')
    const store = withLook(below)
    const caller = new AbortController()
    const waiting = processWithStore(countedCredential(), store).get({ signal: caller.signal })
    await until(() => store.looks === 1)
    await pass(500)
    const { looks } = store
    caller.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    await pass(0)
    expect(vi.getTimerCount()).toBe(0)
    await pass(60 * second)
    expect(store.looks).toBe(looks)
  })

  it('gives a lock back that it got as it left', async () => {
    const store = memoryStore()
    const take = store.lock
    let grant: (() => void) | undefined
    store.lock = async key => {
      await new Promise<void>(resume => {
        grant = resume
      })
      return take(key)
    }
    const credential = heldCredential()
    const caller = new AbortController()
    const waiting = processWithStore(credential, store).get({ signal: caller.signal })
    await until(() => grant !== undefined)
    caller.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    grant?.()
    await until(() => store.calls.includes('release'))
    expect(store.locked).toBe(false)
    expect(credential.requests).toHaveLength(0)
  })
})
