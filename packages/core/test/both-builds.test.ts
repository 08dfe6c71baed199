import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'

interface Report {
  readonly names: { readonly esm: readonly string[]; readonly cjs: readonly string[] }
  readonly sameCode: boolean
  readonly runs: readonly {
    readonly made: string
    readonly credential: string
    readonly statuses: readonly number[]
    readonly tokenRequests: number
  }[]
  readonly errors: readonly { readonly code: string; readonly known: boolean }[]
}

describe('the ESM and the CommonJS build', () => {
  let report: Report
  beforeAll(async () => {
    const script = fileURLToPath(new URL('fixtures/both-builds.mjs', import.meta.url))
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], { env: {} })
    expect(stderr).toBe('')
    report = JSON.parse(stdout) as Report // what the script prints
  })

  it('are two copies in one process, and export the same names', () => {
    expect(report.sameCode).toBe(false)
    expect(report.names.esm).toEqual(
      report.names.cjs.filter(name => name !== 'default' && name !== '__esModule'),
    )
    expect(report.names.esm).toEqual(
      expect.arrayContaining(['attempt', 'authorized', 'clientSecret', 'cloudPartnerAuth']),
    )
  })

  it('work with each other’s auths: shared tokens, one renewal, whoever sends', () => {
    expect(report.runs).toHaveLength(4)
    for (const { statuses, tokenRequests } of report.runs) {
      expect(new Set(statuses)).toEqual(new Set([200]))
      expect(statuses).toHaveLength(8)
      expect(tokenRequests).toBe(2)
    }
  })

  it('know each other’s errors', () => {
    expect(report.errors).toHaveLength(4)
    for (const error of report.errors) {
      expect(error).toMatchObject({ code: 'authority_refused', known: true })
    }
  })
})
