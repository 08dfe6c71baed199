import { inspect } from 'node:util'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { authorized } from '../../src/adapter.ts'
import { type Credential, cloudPartnerAuth, environment } from '../../src/index.ts'
import { failureOf } from '../fixtures/acquire.ts'
import { fetchClient } from '../fixtures/fetch-client.ts'

const AZURE_TENANT_ID = '11111111-2222-3333-4444-555555555555'
const AZURE_CLIENT_ID = '66666666-7777-8888-9999-000000000000'
const AZURE_CLIENT_SECRET = 'Abc8Q~secret'
const complete = { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET }

beforeEach(() => {
  for (const name of Object.keys(process.env)) {
    if (/^(AZURE|IDENTITY)_|^CLOUD_PARTNER_EMULATOR$/.test(name)) vi.stubEnv(name, undefined)
  }
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('environment()', () => {
  it('is a client secret of the public cloud', () => {
    set(complete)
    expect(environment().identity).toBe(
      `https://login.microsoftonline.com/${AZURE_TENANT_ID}/${AZURE_CLIENT_ID}`,
    )
  })

  it.each(['https://login.microsoftonline.us', 'https://login.microsoftonline.us/'])(
    'is one of another cloud where AZURE_AUTHORITY_HOST is %s',
    AZURE_AUTHORITY_HOST => {
      set({ ...complete, AZURE_AUTHORITY_HOST })
      expect(environment().identity).toMatch(/^https:\/\/login\.microsoftonline\.us\/1/)
    },
  )

  it('takes an empty AZURE_AUTHORITY_HOST for none', () => {
    set({ ...complete, AZURE_AUTHORITY_HOST: '' })
    expect(environment().identity).toMatch(/^https:\/\/login\.microsoftonline\.com\//)
  })

  it('is all that an emulator needs', async () => {
    await using emulator = await startEmulator()
    set(emulator.env)
    const auth = cloudPartnerAuth()
    const response = await authorized(auth, fetchClient(`${emulator.origin}/api/offerTypes`))
    expect(response.status).toBe(200)
    expect(emulator.requests[0]).toMatchObject({ apiVersion: '2016-08-01-preview', status: 200 })
    expect(emulator.tokenRequests).toHaveLength(1)
  })

  it('is read when a token is first needed, and kept by the auth that used it', async () => {
    const asked: string[] = []
    const global = globalThis.fetch
    globalThis.fetch = async url => {
      asked.push(String(url))
      return Response.json({ error: 'temporarily_unavailable' }, { status: 401 })
    }
    try {
      const auth = cloudPartnerAuth({ credential: environment() })
      set(complete)
      const first = new AbortController()
      const source = auth.covering('https://cloudpartner.azure.com/api')?.source
      const waiting = source?.get({ signal: first.signal }).catch(() => {})
      await vi.waitFor(() => expect(asked).toHaveLength(1))
      vi.stubEnv('AZURE_TENANT_ID', 'contoso.com')
      await vi.waitFor(() => expect(asked.length).toBeGreaterThan(1))
      first.abort()
      await waiting
      expect(new Set(asked.map(url => new URL(url).pathname.split('/')[1]))).toEqual(
        new Set([AZURE_TENANT_ID]),
      )
    } finally {
      globalThis.fetch = global
    }
  })

  it('is looked at again until it suffices', async () => {
    await using emulator = await startEmulator()
    const auth = cloudPartnerAuth()
    await expect(auth.ready()).rejects.toMatchObject({ code: 'environment_incomplete' })
    set(emulator.env)
    await vi.waitFor(() => auth.ready(), { timeout: 20_000 })
    expect(emulator.tokenRequests).toHaveLength(1)
  })

  it.each(['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_CLIENT_SECRET'])(
    'names %s where only that is missing or empty',
    async name => {
      for (const value of [undefined, '']) {
        set({ ...complete, [name]: value })
        const [first] = (await messageOf(environment())).split('. ')
        expect(first).toContain(name)
        for (const other of Object.keys(complete))
          if (other !== name) expect(first).not.toContain(other)
      }
    },
  )

  it('names all that is missing at once', async () => {
    expect(await messageOf(environment())).toMatch(
      /AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET/,
    )
  })

  it.each([
    ['AZURE_TENANT_ID', 'my tenant'],
    ['AZURE_TENANT_ID', 'common'],
    ['AZURE_CLIENT_ID', 'my-app'],
    ['AZURE_CLIENT_SECRET', 'secret\n'],
    ['AZURE_AUTHORITY_HOST', 'http://login.example'],
    ['AZURE_AUTHORITY_HOST', 'login.example'],
  ])('names %s where it is malformed', async (name, value) => {
    set({ ...complete, [name]: value })
    expect(await messageOf(environment())).toContain(name)
  })

  it.each(['AZURE_TENANT_ID', 'AZURE_CLIENT_ID', 'AZURE_AUTHORITY_HOST'])(
    'does not print the secret where it was set as %s',
    async name => {
      set({ ...complete, [name]: AZURE_CLIENT_SECRET })
      expect(await messageOf(environment())).not.toContain(AZURE_CLIENT_SECRET)
    },
  )

  it('holds no secret that inspecting it would show', () => {
    set(complete)
    const shown = inspect(environment(), { showHidden: true, depth: Infinity })
    expect(shown).not.toContain(AZURE_CLIENT_SECRET)
  })
})

function set(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
}

async function messageOf(credential: Credential): Promise<string> {
  const error = await failureOf(credential)
  expect(error).toMatchObject({ code: 'environment_incomplete', retryable: false })
  return error.message
}
