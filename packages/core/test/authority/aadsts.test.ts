import { startEmulator } from '@cloud-partner-auth/emulator'
import { describe, expect, it } from 'vitest'
import { aadstsCodes } from '../../src/authority/aadsts.ts'
import { retryAfter } from '../../src/authority/retry-after.ts'
import { clientSecret, tokenEndpoint } from '../../src/index.ts'
import { failureOf } from '../fixtures/acquire.ts'
import { type Scripted, scriptedAuthority } from '../fixtures/scripted-authority.ts'

const principal = {
  tenantId: '11111111-2222-3333-4444-555555555555',
  clientId: '66666666-7777-8888-9999-000000000000',
  secret: 'Abc8Q~secret',
}
const entries = Object.entries(aadstsCodes).map(([code, known]) => ({
  code: Number(code),
  ...known,
}))

describe('the table of AADSTS codes', () => {
  it('explains at least forty, each in whole sentences', () => {
    expect(entries.length).toBeGreaterThanOrEqual(40)
    for (const { meaning, remedy } of entries) {
      expect(meaning).toMatch(/^[A-Z].{10,150}\.$/)
      expect(remedy).toMatch(/^[A-Z].{10,220}\.$/)
    }
  })

  it.each([90006, 90012, 90024, 90033, 90055, 90090, 50033])('knows that %d passes', code => {
    expect(aadstsCodes[code]).toMatchObject({ transient: true })
  })

  it.each([7000215, 70021, 700211, 700213, 7002121])(
    'says of %d that what was made a moment ago is not known yet',
    code => {
      expect(aadstsCodes[code]?.remedy).toContain('Made within the last minute? Wait.')
    },
  )

  it('calls nothing passing that somebody has to mend', () => {
    const passing = entries.filter(({ transient }) => transient).map(({ code }) => code)
    expect(passing).toEqual([50033, 90006, 90012, 90024, 90033, 90055, 90090])
  })
})

describe.each([
  ['clientSecret', clientSecret],
  ['tokenEndpoint', tokenEndpoint],
])('an error of %s()', (_, make) => {
  it.each(entries.filter(({ transient }) => !transient))(
    'says what to do about AADSTS$code, and is not retryable',
    async ({ code, remedy }) => {
      const error = await answered({ status: 400, body: refusal(code) })
      expect(error).toMatchObject({ code: 'authority_refused', aadsts: code, retryable: false })
      expect(error.message).toBe(
        `[authority_refused] invalid_client: AADSTS${code}: It is so. ${remedy}`,
      )
    },
  )

  it.each(entries.filter(({ transient }) => transient))(
    'is retryable for AADSTS$code, whatever the status',
    async ({ code }) => {
      const error = await answered({ status: 400, body: refusal(code) })
      expect(error).toMatchObject({ code: 'authority_unavailable', aadsts: code, retryable: true })
      expect(error.message).toContain(`400 (AADSTS${code})`)
    },
  )

  it('says where to look up a code that it does not know', async () => {
    const error = await answered({ status: 400, body: refusal(4242424) })
    expect(error).toMatchObject({ aadsts: 4242424, retryable: false })
    expect(error.message).toContain('https://login.microsoftonline.com/error?code=4242424')
  })

  it('takes the meaning where the authority gives no description', async () => {
    const body = { error: 'invalid_client', error_codes: [7000222] }
    const { message } = await answered({ status: 401, body })
    expect(message).toContain('invalid_client: The client secret has expired. Create a new one')
  })

  it.each([
    ['the last of several, which is the cause', { error_codes: [70002, 50012] }, 50012],
    ['one in the description alone', { error_description: 'AADSTS700016: None.' }, 700016],
    ['no text in place of a number', { error_codes: ['7000215'] }, undefined],
    ['none', { error_codes: [] }, undefined],
  ])('has the code: %s', async (_, told, aadsts) => {
    const error = await answered({ status: 400, body: { error: 'invalid_client', ...told } })
    expect(error.aadsts).toBe(aadsts)
  })

  it.each(['\r\n', ' '])('leaves ids and times to its fields, parted by %j', async parting => {
    const parts = [
      'AADSTS700016: No such application.',
      'Trace ID: 0a0a',
      'Correlation ID: 0b0b',
      'Timestamp: 2026-03-01 12:00:00Z',
    ]
    const body = {
      error: 'unauthorized_client',
      error_description: parts.join(parting),
      error_codes: [700016],
      trace_id: '0a0a',
      correlation_id: '0b0b',
    }
    const error = await answered({ status: 400, body })
    expect(error).toMatchObject({ traceId: '0a0a', correlationId: '0b0b' })
    expect(error.message).toContain('No such application. Check clientId and tenantId')
    expect(error.message).not.toMatch(/0a0a|0b0b|Timestamp/)
  })

  it('is one line, however many the authority sends', async () => {
    const body = {
      error: 'invalid\nrequest',
      error_description: 'AADSTS90014:\tA\u0000B\u001b[31mC',
      trace_id: 'one\ntwo',
      correlation_id: 'three\u2028four five',
    }
    const error = await answered({ status: 400, body })
    expect(error.message).not.toMatch(/\p{Cc}/u)
    expect(error.oauthError).toBeUndefined()
    expect(error.traceId).not.toBe('one\ntwo')
    expect(error.correlationId).toBeUndefined()
  })

  it('is short, however much the authority says', async () => {
    const body = { error: 'invalid_request', error_description: 'x'.repeat(100_000) }
    expect((await answered({ status: 400, body })).message.length).toBeLessThan(600)
  })

  async function answered(answer: Scripted) {
    await using authority = await scriptedAuthority(answer)
    return await failureOf(make({ ...principal, authorityHost: authority.origin }))
  }
})

describe('what the emulated authority refuses', () => {
  it.each<[string, Partial<typeof principal>, number]>([
    ['a wrong secret', { secret: 'wrong' }, 7000215],
    ['an unknown application', { clientId: principal.clientId }, 700016],
    ['an unknown tenant', { tenantId: principal.tenantId }, 90002],
  ])('%s is explained', async (_, wrong, aadsts) => {
    await using emulator = await startEmulator()
    const { tenantId, clientId } = emulator.tenants[0]?.apps[0] ?? expect.unreachable()
    const right = { tenantId, clientId, secret: emulator.env['AZURE_CLIENT_SECRET'] ?? '' }
    const options = { ...right, ...wrong, authorityHost: emulator.origin }
    for (const make of [clientSecret, tokenEndpoint]) {
      const error = await failureOf(make(options))
      expect(error).toMatchObject({ aadsts, retryable: false })
      expect(error.message).toContain(aadstsCodes[aadsts]?.remedy)
      expect(error.traceId).toBeDefined()
    }
  })

  it('an expired secret is explained', async () => {
    await using emulator = await startEmulator()
    const app = emulator.tenants[0]?.apps[0] ?? expect.unreachable()
    const { tenantId, clientId } = app
    const secret = app.secrets[0]?.value ?? ''
    app.expireSecrets()
    const options = { tenantId, clientId, secret, authorityHost: emulator.origin }
    expect((await failureOf(clientSecret(options))).message).toContain('Create a new one under')
  })
})

describe('a Retry-After that nobody can mean', () => {
  it.each(['999999999', 'Fri, 31 Dec 9999 23:59:59 GMT'])('is an hour: %s', header => {
    const now = Date.parse('2026-03-01T12:00:00Z')
    expect(retryAfter(header, now)).toBe(now + 3_600_000)
  })
})

function refusal(code: number): object {
  return {
    error: 'invalid_client',
    error_description: `AADSTS${code}: It is so. Trace ID: 0a Correlation ID: 0b Timestamp: 2026`,
    error_codes: [code],
    trace_id: '0a',
    correlation_id: '0b',
  }
}
