import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { parts } from '../../proof/parts.ts'

const root = new URL('../../', import.meta.url).pathname

function proof(...args: string[]) {
  return spawnSync(process.execPath, ['proof/main.ts', ...args], { cwd: root, encoding: 'utf8' })
}

describe('npm run proof', () => {
  it('lists every part with --help, each on a line with its duration', () => {
    const { status, stdout } = proof('--help')
    expect(status).toBe(0)
    const lines = stdout.split('\n').map(line => line.trim().split(/ {2,}/))
    for (const [name, { shows, takes }] of Object.entries(parts))
      expect(lines).toContainEqual([name, takes, shows])
  })

  it.each([
    ['mutation', 'mutants'],
    ['benchmarks', 'bench'],
    ['Matrx', 'matrix'],
    ['--soak', 'soak'],
  ])('refuses the part "%s" and names "%s"', (wrong, meant) => {
    const { status, stderr } = proof(wrong)
    expect(status).toBe(2)
    expect(stderr).toContain(`no part "${wrong}". Did you mean "${meant}"?`)
  })
})
