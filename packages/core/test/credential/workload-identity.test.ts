import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { environment, workloadIdentity } from '../../src/index.ts'
import { acquireOnce, failureOf } from '../fixtures/acquire.ts'
import { set, withCleanEnvironment } from '../fixtures/clean-environment.ts'
import { kubernetesMount } from '../fixtures/kubernetes-mount.ts'
import { withEmulator } from '../fixtures/started-emulator.ts'

const issuer = 'https://oidc.prod-aks.azure.com/0a0a0a0a/'
const subject = 'system:serviceaccount:offers:publisher'
const folder = mkdtempSync(join(tmpdir(), 'workload-identity-'))
const tokenFile = join(folder, 'azure-identity-token')
afterAll(() => rmSync(folder, { recursive: true }))
withCleanEnvironment()

describe.each(['v1', 'v2'] as const)('workload identity at the %s endpoint', endpoint => {
  const emulated = withEmulator()
  beforeEach(async () => {
    emulated.app.addFederatedCredential({ issuer, subject })
    writeFileSync(tokenFile, await emulated.emulator.federatedToken({ issuer, subject }))
  })

  it('is described by the variables that the platform sets', async () => {
    set(variables())
    await acquireOnce(workloadIdentity({ endpoint }))
    expect(emulated.emulator.tokenRequests).toEqual([
      expect.objectContaining({ endpoint, status: 200, credential: 'federated' }),
    ])
  })

  it('takes options in place of the variables', async () => {
    set({ AZURE_TENANT_ID: 'elsewhere.com', AZURE_FEDERATED_TOKEN_FILE: '/nowhere' })
    await acquireOnce(workloadIdentity({ ...emulated.principal, tokenFile, endpoint }))
    expect(emulated.emulator.tokenRequests[0]).toMatchObject({ status: 200 })
  })

  it('reads the file again for each token request, newline at its end or not', async () => {
    const { emulator } = emulated
    const credential = workloadIdentity({ ...emulated.principal, tokenFile, endpoint })
    await acquireOnce(credential)
    emulator.clock.advance(10 * 60_000)
    expect(await failureOf(credential)).toMatchObject({ aadsts: 700024 })
    expect(await credential.changed?.()).toBe(false)
    writeFileSync(tokenFile, `${await emulator.federatedToken({ issuer, subject })}\n`)
    expect(await credential.changed?.()).toBe(true)
    await acquireOnce(credential)
    expect(emulator.tokenRequests.map(({ status }) => status)).toEqual([200, 401, 200])
  })

  it('reads the file where Kubernetes mounts and rotates it', async () => {
    const { emulator } = emulated
    const mount = kubernetesMount(mkdtempSync(join(folder, 'mount-')), 'azure-identity-token')
    mount.rotate(await emulator.federatedToken({ issuer, subject }))
    const options = { ...emulated.principal, tokenFile: mount.path, endpoint }
    const credential = workloadIdentity(options)
    await acquireOnce(credential)
    emulator.clock.advance(10 * 60_000)
    expect(await failureOf(credential)).toMatchObject({ aadsts: 700024 })
    mount.rotate(await emulator.federatedToken({ issuer, subject }))
    expect(await credential.changed?.()).toBe(true)
    await acquireOnce(credential)
    expect(emulator.tokenRequests.map(({ status }) => status)).toEqual([200, 401, 200])
  })

  it('says which file it cannot read', async () => {
    const gone = join(folder, 'gone')
    const credential = workloadIdentity({ ...emulated.principal, tokenFile: gone, endpoint })
    const error = await failureOf(credential)
    expect(error).toMatchObject({ code: 'credential_failed', cause: { code: 'ENOENT' } })
    expect(error.message).toContain(
      `The federated token could not be read: Error: ${gone} does not exist`,
    )
  })

  it('sends nothing of a file that holds no JWT', async () => {
    writeFileSync(tokenFile, 'not a token')
    const credential = workloadIdentity({ ...emulated.principal, tokenFile, endpoint })
    const error = await failureOf(credential)
    expect(error).toMatchObject({ code: 'credential_failed' })
    expect(error.message).toContain(`${tokenFile} must be a signed JWT`)
    expect(error.message).not.toContain('not a token')
    expect(emulated.emulator.tokenRequests).toEqual([])
  })

  function variables() {
    return {
      AZURE_TENANT_ID: emulated.principal.tenantId,
      AZURE_CLIENT_ID: emulated.principal.clientId,
      AZURE_AUTHORITY_HOST: emulated.principal.authorityHost,
      AZURE_FEDERATED_TOKEN_FILE: tokenFile,
    }
  }

  it('is what environment() picks where there is no secret and no certificate', async () => {
    set(variables())
    await acquireOnce(environment())
    expect(emulated.emulator.tokenRequests[0]).toMatchObject({ credential: 'federated' })
  })
})

describe('workloadIdentity()', () => {
  const complete = {
    AZURE_TENANT_ID: 'contoso.com',
    AZURE_CLIENT_ID: '66666666-7777-8888-9999-000000000000',
    AZURE_FEDERATED_TOKEN_FILE: '/var/run/token',
  }

  it.each(Object.keys(complete))('fails with the name of %s where that is missing', async name => {
    set({ ...complete, [name]: undefined })
    const error = await failureOf(workloadIdentity())
    expect(error.code).toBe('environment_incomplete')
    expect(error.message).toContain(name)
  })

  it('does not read the file before the first token request', () => {
    set(complete)
    expect(workloadIdentity().identity).toContain('contoso.com')
  })
})
