import { describe, expect, it } from 'vitest'
import { clientCertificate, clientSecret, tokenEndpoint } from '../../src/index.ts'
import { typeErrorOf } from '../fixtures/acquire.ts'
import { makeCertificate } from '../fixtures/certificate.ts'
import { type EmulatedTime, emulatedTime } from '../fixtures/emulated-time.ts'

const day = 24 * 3_600_000

describe('a credential that expires within 30 days', () => {
  it.each([
    ['clientSecret', clientSecret],
    ['tokenEndpoint', tokenEndpoint],
  ])('is told of with the first token, for the end date given to %s()', async (_, make) => {
    await using time = await emulatedTime()
    const secretExpiresAt = Date.now() + 30 * day
    time.use(make({ ...time.principal, secret: time.app.secrets[0]?.value ?? '', secretExpiresAt }))
    expect(await warningsOf(time)).toEqual([
      {
        type: 'credential_expiring',
        identity: `${time.principal.authorityHost}/${time.principal.tenantId}/${time.principal.clientId}`,
        expiresAt: secretExpiresAt,
      },
    ])
    expect(time.events.filter(({ type }) => type === 'token_acquired')).toHaveLength(1)
  })

  it.each(['v1', 'v2'] as const)(
    'is told of for a certificate at the %s endpoint',
    async endpoint => {
      await using time = await emulatedTime()
      const { certificate, key, expiresAt } = makeCertificate({ to: Date.now() + 29 * day })
      time.app.addCertificate(certificate)
      const pem = certificate + key()
      time.use(clientCertificate({ ...time.principal, certificate: { pem }, endpoint }))
      expect(await warningsOf(time)).toEqual([expect.objectContaining({ expiresAt })])
    },
  )

  it('is told of again with each token, until it is replaced', async () => {
    await using time = await emulatedTime()
    const old = makeCertificate({ to: Date.now() + 20 * day })
    const fresh = makeCertificate({ to: Date.now() + 200 * day })
    for (const { certificate } of [old, fresh]) time.app.addCertificate(certificate)
    let used = old
    const pem = () => used.certificate + used.key()
    time.use(clientCertificate({ ...time.principal, certificate: { pem } }))
    expect(await warningsOf(time)).toHaveLength(1)
    await time.skip(3_600_000)
    expect(await warningsOf(time)).toHaveLength(2)
    used = fresh
    await time.skip(3_600_000)
    expect(await warningsOf(time)).toHaveLength(2)
  })
})

describe('nothing is told', () => {
  it('of a secret that expires later', async () => {
    await using time = await emulatedTime()
    const secret = time.app.secrets[0]?.value ?? ''
    const secretExpiresAt = Date.now() + 30 * day + 60_000
    time.use(clientSecret({ ...time.principal, secret, secretExpiresAt }))
    expect(await warningsOf(time)).toEqual([])
    await time.skip(3_600_000)
    expect(await warningsOf(time)).toHaveLength(1)
  })

  it('of a secret without an end date', async () => {
    await using time = await emulatedTime()
    time.use(clientSecret({ ...time.principal, secret: time.app.secrets[0]?.value ?? '' }))
    expect(await warningsOf(time)).toEqual([])
  })

  it('of a certificate that lasts', async () => {
    await using time = await emulatedTime()
    const { certificate, key } = makeCertificate({ to: Date.now() + 31 * day })
    time.app.addCertificate(certificate)
    const pem = certificate + key()
    time.use(clientCertificate({ ...time.principal, certificate: { pem } }))
    expect(await warningsOf(time)).toEqual([])
  })
})

describe('secretExpiresAt', () => {
  const principal = {
    tenantId: 'contoso.com',
    clientId: '66666666-7777-8888-9999-000000000000',
  }

  it.each([
    ['no number', '2027-01-01' as unknown as number],
    ['not a number', Number.NaN],
    ['without an end', Number.POSITIVE_INFINITY],
    ['seconds', 1_798_761_600],
  ])('that is %s is a TypeError that names it', (_, secretExpiresAt) => {
    for (const secret of ['Abc8Q~secret', () => 'Abc8Q~secret'])
      expect(typeErrorOf(() => tokenEndpoint({ ...principal, secret, secretExpiresAt }))).toContain(
        'secretExpiresAt must be milliseconds',
      )
  })
})

async function warningsOf(time: EmulatedTime) {
  expect(await time.until(time.request())).toMatchObject({ status: 200 })
  return time.events.filter(({ type }) => type === 'credential_expiring')
}
