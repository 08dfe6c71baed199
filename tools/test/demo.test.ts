import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url).pathname

function demo(args: string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, ['tools/demo/main.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, ...env },
  })
}

describe('the demo', () => {
  it('shows one token request for all clients and one renewal, and exits with 0', () => {
    const { status, stdout } = demo([])
    expect(stdout).toContain('token requests: 1, promised: 1')
    expect(stdout).toContain('token requests: 1 more, promised: 1')
    expect(stdout).toContain('token requests: 4 more, promised: 4')
    expect(stdout).toContain('Partner Center analytics answered 200')
    expect(stdout).toContain('All as promised.')
    expect(stdout).not.toMatch(/✗|warn|deprecated/i)
    expect(status).toBe(0)
  })

  it('takes no notice of AZURE_* and proxy settings', () => {
    const nowhere = 'http://127.0.0.1:9'
    const { status, stderr } = demo([], {
      AZURE_TENANT_ID: 'nonsense',
      AZURE_CLIENT_SECRET: 'nonsense',
      AZURE_AUTHORITY_HOST: nowhere,
      CLOUD_PARTNER_EMULATOR: nowhere,
      HTTP_PROXY: nowhere,
      http_proxy: nowhere,
      HTTPS_PROXY: nowhere,
      ALL_PROXY: nowhere,
      NODE_USE_ENV_PROXY: '1',
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  it('exits with 1 when the portal is broken', () => {
    const faults = join(mkdtempSync(join(tmpdir(), 'demo-')), 'faults.json')
    writeFileSync(
      faults,
      JSON.stringify([{ type: 'answer', status: 404, path: '/api/offerTypes' }]),
    )
    const { status, stdout } = demo(['--faults', faults])
    expect(stdout).toContain('not as promised')
    expect(status).toBe(1)
  })

  it('says what is missing with --live and no service principal', () => {
    const { status, stderr } = demo(['--live'], {
      AZURE_TENANT_ID: '',
      AZURE_CLIENT_ID: '',
      AZURE_CLIENT_SECRET: '',
    })
    expect(stderr).toContain('AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET')
    expect(status).toBe(1)
  })

  it('explains itself with --help and refuses an unknown option with 2', () => {
    expect(demo(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage') })
    expect(demo(['--lve'])).toMatchObject({ status: 2, stderr: expect.stringContaining('--lve') })
  })
})
