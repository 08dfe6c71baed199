import { describe, expect, it, vi } from 'vitest'
import { attempt } from '../src/adapter.ts'
import { cloudPartnerAuth } from '../src/index.ts'
import { lazy } from '../src/lazy.ts'
import { accessToken } from '../src/token/access-token.ts'
import { lazyTokenSource } from '../src/token/lazy-token-source.ts'
import type { TokenEvent } from '../src/token/token-event.ts'
import { countedCredential } from './fixtures/counted-credential.ts'
import { memoryStore } from './store/fixtures/memory-store.ts'

describe('lazy()', () => {
  it('loads when it is first asked to, and once', async () => {
    const load = vi.fn(async () => ({}))
    const { load: ask, ...rest } = lazy(load)
    expect(load).not.toHaveBeenCalled()
    const [one, other] = await Promise.all([ask(), ask()])
    expect(await ask()).toBe(one)
    expect(other).toBe(one)
    expect(load).toHaveBeenCalledOnce()
    expect(rest.loaded).toBeUndefined()
  })

  it('tells what is loaded, from then on', async () => {
    const value = lazy(async () => 'value')
    const loading = value.load()
    expect(value.loaded).toBeUndefined()
    await loading
    expect(value.loaded).toBe('value')
  })

  it('tries again after a failure', async () => {
    const load = vi.fn(async () => 'value').mockRejectedValueOnce(new Error('its file is gone'))
    const value = lazy(load)
    await expect(value.load()).rejects.toThrow('its file is gone')
    expect(value.loaded).toBeUndefined()
    expect(await value.load()).toBe('value')
    expect(load).toHaveBeenCalledTimes(2)
  })
})

const audience = 'https://api.example'

describe('a token source that is not loaded yet', () => {
  const source = (credential = countedCredential()) =>
    lazyTokenSource({ credential, store: undefined, audience, observe: () => {} })

  it('makes one token request for all who come meanwhile', async () => {
    const credential = countedCredential()
    const { get } = source(credential)
    const tokens = await Promise.all(Array.from({ length: 100 }, () => get()))
    expect(new Set(tokens).size).toBe(1)
    expect(credential.requests).toHaveLength(1)
    expect(await get()).toBe(tokens[0])
  })

  it('rejects with the reason of a signal that is aborted meanwhile, and for that caller only', async () => {
    const { get } = source()
    const controller = new AbortController()
    const aborted = get({ signal: controller.signal })
    const other = get()
    controller.abort(new Error('changed my mind'))
    await expect(aborted).rejects.toThrow('changed my mind')
    expect((await other).reveal()).toBe('token-1')
  })

  it('renews too, though its token came from elsewhere', async () => {
    const credential = countedCredential()
    const old = accessToken({ value: 'old', expiresAt: Date.now() + 3_600_000 })
    const refused = await source(countedCredential(() => old)).get()
    const renewed = await source(credential).renew(refused)
    expect(renewed.reveal()).toBe('token-1')
  })
})

describe('a token source with a store', () => {
  it('finds there what another process has acquired', async () => {
    const store = memoryStore()
    const credential = { ...countedCredential(), identity: 'https://authority.example/a/b' }
    const events: TokenEvent[] = []
    const observe = (event: TokenEvent) => void events.push(event)
    for (let processes = 0; processes < 2; processes++) {
      const { get } = lazyTokenSource({ credential, store, audience, observe })
      expect((await get()).reveal()).toBe('token-1')
    }
    expect(events).toMatchObject([{ from: 'authority' }, { from: 'store' }])

    store.ill = () => Promise.reject(new Error('down'))
    await lazyTokenSource({ credential, store, audience, observe }).get()
    expect(events[2]).toMatchObject({ type: 'store_failed' })
  })
})

describe('a refusal whose handling cannot be loaded, as when an application is replaced while it runs', () => {
  it('is the caller’s', async () => {
    vi.doMock('../src/exchange/refusal.ts', () => {
      throw new Error('its file is gone')
    })
    const url = 'https://cloudpartner.azure.com/api/publishers'
    const auth = cloudPartnerAuth({ credential: countedCredential() })
    const { answered } = await attempt(auth, { url, authorizationSet: false })
    expect(await answered({ status: 401, url, replayable: true })).toBeUndefined()
    vi.doUnmock('../src/exchange/refusal.ts')
    expect(await answered({ status: 401, url, replayable: true })).toMatchObject({
      authorization: 'Bearer token-2',
    })
  })
})
