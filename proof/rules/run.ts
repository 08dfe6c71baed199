// Takes the rules out of core's `attempt` and `renewedToken` one at a time, and prints for each adapter whether its contract
// test notices. Ends with 1 if one does not. Takes some minutes: `npm run proof -- rules`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { adapters } from '../../tools/packages.ts'
import { mutations } from './mutations.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const {
  values: { help },
  positionals: [only = ''],
} = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } })
if (help) {
  console.log(
    'Usage: npm run proof -- rules [part of the name of a rule]\n\nSome minutes for all rules.',
  )
  process.exit()
}
const report = join(mkdtempSync(join(tmpdir(), 'mutations-')), 'report.json')
let survived = 0

if (!mutations.some(({ without }) => without.includes(only)))
  throw new TypeError(`No rule has "${only}" in its name`)
const chosen = [...mutations.entries()].filter(([, { without }]) => without.includes(only))
for (const [done, [index, { without, noMatterTo }]] of chosen.entries()) {
  console.log(`[${done + 1}/${chosen.length}] without ${without}`)
  for (const { name: adapter } of adapters) {
    const told = (what: string) => console.log(`  ${adapter.padEnd(6)} ${what}`)
    if (noMatterTo?.adapters.includes(adapter)) {
      told(`-- the same: ${noMatterTo.because}`)
      continue
    }
    const title = failingTitle(adapter, index)
    if (!title) survived++
    told(title ?? '!! every case passes')
  }
}
console.log(
  survived === 0
    ? 'every rule taken out is noticed in every adapter it matters to'
    : `${survived} not found`,
)
process.exitCode = survived === 0 ? 0 : 1

/** The title of the first case that fails. Cases with 1,000 requests are left out: they are slow and test core's token source. */
function failingTitle(adapter: string, index: number): string | undefined {
  rmSync(report, { force: true }) // or a run that never began would be judged by the report of the run before
  const config = 'proof/rules/vitest.config.ts'
  const { stdout, stderr } = spawnSync(
    'vitest',
    [
      'run',
      '--config',
      config,
      '--project',
      adapter,
      '--bail',
      '1',
      '--reporter',
      'json',
      '--outputFile',
      report,
      '-t',
      '^(?!.*1,000)',
    ],
    {
      cwd: root,
      encoding: 'utf8',
      env: { CONTRACT_PATIENCE: '10000', ...process.env, MUTATION: String(index) },
    },
  )
  try {
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[]
    }
    const results = testResults.flatMap(file => file.assertionResults)
    if (results.length === 0) throw new Error(testResults.map(({ message }) => message).join())
    return results.find(({ status }) => status === 'failed')?.fullName
  } catch (thrown) {
    throw new Error(`the tests of ${adapter} did not run: ${stdout}${stderr}`, { cause: thrown })
  }
}
