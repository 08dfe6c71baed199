import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Credential, clientCertificate, clientSecret, tokenEndpoint } from '../../src/index.ts'
import { acquireOnce } from '../fixtures/acquire.ts'
import { makeCertificate } from '../fixtures/certificate.ts'
import { type EmulatedTime, emulatedTime, type Outcome } from '../fixtures/emulated-time.ts'

const second = 1_000
const minute = 60 * second

const folder = mkdtempSync(join(tmpdir(), 'rotation-'))
afterAll(() => rmSync(folder, { recursive: true }))

// Tokens of ten minutes, so that there are acquisitions enough between two rotations.
const seed = { tokens: { lifetime: 10 * minute } }

describe.each([
  ['clientSecret', clientSecret],
  ['tokenEndpoint', tokenEndpoint],
])('a secret rotated at the authority and in the function, with %s()', (_, make) => {
  it('fails no request, and needs no restart', async () => {
    await using time = await emulatedTime(seed)
    let secret = time.app.secrets[0]?.value ?? ''
    time.use(make({ ...time.principal, secret: async () => secret }))
    const outcomes = await anHourOfRequests(time, () => {
      secret = time.app.rotateSecret()
    })
    expect(failed(outcomes)).toEqual([])
    expect(refusals(time)).toBe(0)
  })

  it('fails no request when the function is seconds behind, as vaults and their caches are', async () => {
    await using time = await emulatedTime(seed)
    let secret = time.app.secrets[0]?.value ?? ''
    time.use(make({ ...time.principal, secret: () => secret }))
    const outcomes = await anHourOfRequests(time, async () => {
      const fresh = time.app.rotateSecret()
      await time.pass(20 * second)
      secret = fresh
    })
    expect(failed(outcomes)).toEqual([])
  })

  it('fails no request when it was read a moment too early: the new one is tried at once', async () => {
    await using time = await emulatedTime(seed)
    const old = time.app.secrets[0]?.value ?? ''
    const fresh = time.app.rotateSecret()
    const secret = vi.fn(() => (secret.mock.calls.length === 1 ? old : fresh))
    time.use(make({ ...time.principal, secret }))
    const first = await time.until(time.request())
    expect(first).toMatchObject({ status: 200 })
    expect(first.endedAt).toBe(first.beganAt)
    expect(time.emulator.tokenRequests.map(({ status }) => status)).toEqual([401, 200])
    expect(time.events).toEqual([expect.objectContaining({ type: 'token_acquired' })])
  })

  it('that expired ends the wait within a second of its replacement', async () => {
    await using time = await emulatedTime(seed)
    let secret = time.app.secrets[0]?.value ?? ''
    const read = vi.fn(() => secret)
    time.use(make({ ...time.principal, secret: read }))
    time.app.expireSecrets()
    expect((await time.until(time.request())).error).toMatchObject({ aadsts: 7000222 })
    await time.pass(2 * second)
    secret = time.app.rotateSecret()
    expect(await time.until(time.request())).toMatchObject({ status: 200 })
    expect(time.emulator.tokenRequests).toHaveLength(2)
  })

  it('that reads differently each time is tried once more, and not for ever', async () => {
    await using time = await emulatedTime(seed)
    const secret = vi.fn(() => `wrong-${secret.mock.calls.length}`)
    time.use(make({ ...time.principal, secret }))
    expect((await time.until(time.request())).error).toMatchObject({ aadsts: 7000215 })
    expect(time.emulator.tokenRequests).toHaveLength(2)
  })

  it('is tried as soon as it can be read again, be it the one that was refused before', async () => {
    await using time = await emulatedTime(seed)
    let readable = true
    const secret = () => {
      if (readable) return time.app.secrets[0]?.value ?? ''
      throw new Error('vault is sealed')
    }
    time.use(make({ ...time.principal, secret }))
    time.app.enabled = false
    expect((await time.until(time.request())).error).toMatchObject({ aadsts: 7000112 })
    readable = false
    await time.pass(5 * second)
    expect((await time.until(time.request())).error).toMatchObject({ code: 'credential_failed' })
    time.app.enabled = true
    readable = true
    await time.pass(second)
    expect(await time.until(time.request())).toMatchObject({ status: 200 })
  })

  it('is read once a second at most while it is refused, and never while a token is held', async () => {
    await using time = await emulatedTime(seed)
    const right = time.app.secrets[0]?.value ?? ''
    let secret = 'wrong'
    const read = vi.fn(() => secret)
    time.use(make({ ...time.principal, secret: read }))
    await time.until(time.request())
    read.mockClear()
    for (let passed = 0; passed < 4 * second; passed += 20) {
      await time.until(time.request())
      await time.pass(20)
    }
    expect(read.mock.calls.length).toBeGreaterThanOrEqual(3)
    expect(read.mock.calls.length).toBeLessThanOrEqual(5)
    secret = right
    await time.pass(second)
    expect(await time.until(time.request())).toMatchObject({ status: 200 })
    read.mockClear()
    for (let count = 0; count < 50; count++) await time.until(time.request())
    expect(read).not.toHaveBeenCalled()
  })

  it('that stays wrong costs four token requests a minute, and every caller has the code and what to do', async () => {
    await using time = await emulatedTime(seed)
    time.use(make({ ...time.principal, secret: 'wrong' }))
    const beganAt = Date.now()
    const outcomes: Outcome[] = []
    for (let count = 0; count < 1_000; count++) {
      outcomes.push(await time.until(time.request()))
      await time.pass(60)
    }
    expect(Date.now() - beganAt).toBeGreaterThanOrEqual(minute)
    for (const { error } of outcomes) {
      expect(error).toMatchObject({ code: 'authority_refused', aadsts: 7000215, since: beganAt })
      expect(error?.message).toContain("Use the client secret's value, not its ID")
    }
    expect(time.emulator.tokenRequests.length).toBeGreaterThan(1)
    expect(time.emulator.tokenRequests.length).toBeLessThanOrEqual(4)
    expect(time.emulator.requests).toEqual([])
  })
})

describe.each(['v1', 'v2'] as const)('a certificate replaced, at the %s endpoint', endpoint => {
  const certificates = Array.from({ length: 3 }, () => makeCertificate())

  it('in its file and at the authority fails no request', async () => {
    await using time = await emulatedTime(seed)
    const path = join(folder, `${endpoint}.pem`)
    let count = 0
    function replace(): void {
      const { certificate, key } = certificates[count++ % 3] ?? expect.unreachable()
      writeFileSync(`${path}.new`, certificate + key())
      renameSync(`${path}.new`, path)
      time.app.removeCertificates()
      time.app.addCertificate(certificate)
    }
    replace()
    time.use(clientCertificate({ ...time.principal, certificate: { path }, endpoint }))
    expect(failed(await anHourOfRequests(time, replace))).toEqual([])
    expect(refusals(time)).toBe(0)
    expect(count).toBe(4)
  })

  it('a moment after it was read is tried at once', async () => {
    await using time = await emulatedTime(seed)
    const [old, fresh] = certificates.map(({ certificate, key }) => certificate + key())
    time.app.addCertificate(certificates[1]?.certificate ?? '')
    const pem = vi.fn(() => (pem.mock.calls.length === 1 ? old : fresh) ?? '')
    time.use(clientCertificate({ ...time.principal, certificate: { pem }, endpoint }))
    expect(await time.until(time.request())).toMatchObject({ status: 200 })
    expect(time.emulator.tokenRequests.map(({ error }) => error)).toEqual([700027, undefined])
  })

  it('in its file ends the wait for one that expired', async () => {
    await using time = await emulatedTime(seed)
    const path = join(folder, `${endpoint}-expired.pem`)
    const expired = makeCertificate({ to: Date.now() - second })
    const [fresh = expired] = certificates
    writeFileSync(path, expired.certificate + expired.key())
    time.app.addCertificate(expired.certificate)
    time.app.addCertificate(fresh.certificate)
    time.use(clientCertificate({ ...time.principal, certificate: { path }, endpoint }))
    expect((await time.until(time.request())).error).toMatchObject({ code: 'credential_failed' })
    expect((await time.until(time.request())).error).toMatchObject({ retryable: false })
    expect(time.emulator.tokenRequests).toEqual([])
    writeFileSync(path, fresh.certificate + fresh.key())
    await time.pass(second)
    expect(await time.until(time.request())).toMatchObject({ status: 200 })
  })
})

describe('an auth with several APIs', () => {
  it('has a rotated secret end the wait of each of them', async () => {
    await using time = await emulatedTime({ ...seed, resources: ['api://other'] })
    let secret = 'wrong'
    const credential: Credential = clientSecret({ ...time.principal, secret: () => secret })
    const both = ['https://cloudpartner.azure.com', 'api://other'].map(audience => {
      return () => acquireOnce(credential, { audience })
    })
    for (const acquire of both) await expect(acquire()).rejects.toThrow('7000215')
    expect(await credential.changed?.()).toBe(false)
    secret = time.app.secrets[0]?.value ?? ''
    expect(await credential.changed?.()).toBe(true)
    for (const acquire of both) {
      await acquire()
      expect(await credential.changed?.()).toBe(true)
    }
    time.emulator.faults.add({ type: 'error', on: 'authority', count: 1 })
    await expect(both[0]?.()).rejects.toMatchObject({ retryable: true })
    expect(await credential.changed?.()).toBe(true)
  })
})

/** A request every five seconds for an hour, with a rotation every quarter of it. */
async function anHourOfRequests(
  time: EmulatedTime,
  rotate: () => void | Promise<void>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  for (let passed = 0; passed < 60 * minute; passed += 5 * second) {
    outcomes.push(await time.until(time.request()))
    await time.skip(5 * second)
    if (passed > 0 && passed % (15 * minute) === 0) await rotate()
  }
  expect(time.emulator.tokenRequests.length).toBeGreaterThan(5)
  return outcomes
}

function failed(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.filter(({ status }) => status !== 200)
}

function refusals({ emulator }: EmulatedTime): number {
  return emulator.tokenRequests.filter(({ status }) => status !== 200).length
}
