// Runs the contract against every version of every client under every Node of proof/matrix/nodes, and writes
// docs/compatibility.md. Takes some minutes: `npm run proof -- matrix`. Linux x64 only.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { table, writePart } from '../compatibility-page.ts'

interface Count {
  passed: number
  failed: number
  skipped: number
}
interface Report {
  testResults: {
    message: string
    assertionResults: { status: string; fullName: string; ancestorTitles: string[] }[]
  }[]
}

if (parseArgs({ options: { help: { type: 'boolean', short: 'h' } } }).values.help) {
  console.log(
    'Usage: npm run proof -- matrix\n\nWrites docs/compatibility.md. Five minutes for each Node.',
  )
  process.exit()
}
const root = fileURLToPath(new URL('../../', import.meta.url))
const nodes = `${root}proof/matrix/nodes/`
const reports = mkdtempSync(`${tmpdir()}/matrix-`)
const failures: string[] = []

const columns: { readonly node: string; readonly counts: ReadonlyMap<string, Count> }[] = []

for (const [name, spec] of Object.entries(dependencies())) {
  process.stderr.write(`${spec} …\n`)
  const counts = countsUnder(`${nodes}node_modules/${name}/bin/node`, `${reports}/${name}.json`)
  columns.push({ node: spec.slice(spec.lastIndexOf('@') + 1), counts })
  writePart('Clients', part())
}
console.log(failures.join('\n') || 'every case passes in every version under every Node')
process.exitCode = failures.length > 0 ? 1 : 0

function dependencies(): Record<string, string> {
  return JSON.parse(readFileSync(`${nodes}package.json`, 'utf8')).optionalDependencies
}

function countsUnder(node: string, report: string): Map<string, Count> {
  if (!existsSync(node)) run('npm', ['ci', '--loglevel=error'], nodes)
  // Cases with 1,000 requests are left out: they are slow, and what they test is core's token source.
  const only = ['-t', '^(?!.*1,000)']
  const config = ['run', '--config', `${root}proof/matrix/versions.config.ts`, ...only]
  const json = ['--reporter', 'default', '--reporter', 'json', '--outputFile', report]
  run(node, [`${root}node_modules/vitest/vitest.mjs`, ...config, ...json], root)
  const counts = new Map<string, Count>()
  for (const { message, assertionResults } of read(report).testResults) {
    if (assertionResults.length === 0) throw new Error(message)
    for (const { status, fullName, ancestorTitles } of assertionResults) {
      if (fullName.includes('1,000')) continue
      const row = ancestorTitles[0]?.replace(/:.*/, '') ?? ''
      const count = counts.get(row) ?? { passed: 0, failed: 0, skipped: 0 }
      counts.set(row, count)
      if (status === 'passed') count.passed++
      else if (status === 'failed') count.failed++
      else count.skipped++
      if (status === 'failed') failures.push(`${report} ${fullName}`)
    }
  }
  return counts
}

function read(report: string): Report {
  return JSON.parse(readFileSync(report, 'utf8')) as Report
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { error } = spawnSync(command, args, { cwd, stdio: ['ignore', 2, 2] })
  if (error) throw error
}

function part(): string {
  const rows = [...new Set(columns.flatMap(({ counts }) => [...counts.keys()]))].sort(byVersion)
  const cells = [
    ['client', ...columns.map(({ node }) => `Node ${node}`)],
    ...rows.map(row => [row, ...columns.map(({ counts }) => cell(counts.get(row)))]),
  ]
  return `Written by \`npm run proof -- matrix\`, which runs the contract, the tests that every adapter has to
pass, against each version of each client under each Node: cases passed, cases failed, and cases that are not
applicable, mostly because the client alone cannot do what they are about. \`proof/matrix/versions.ts\` and the traits in
each adapter's contract test say which and why.

${table(cells)}

* ky 1 has no hooks that an adapter could use, and is served by \`ky.extend({ fetch: cloudPartnerFetch(auth) })\`. It makes
  a \`Request\` of every body, which shows it as a stream: such a request is sent once. It repeats what its \`fetch\`
  throws, so an authority that refuses is asked as often as its \`retry\` says, but for the pauses that core keeps.
* \`undici\` is its own \`fetch\`, by \`cloudPartnerFetch(auth, { fetch })\`; \`fetch\` is that of Node.
* undici 8 needs Node 22.19; where it is not run, it does not load.
* The two cases of a thousand requests at once run with the newest versions only, in each adapter's own tests.
`
}

function cell(count: Count | undefined): string {
  if (!count) return 'not run'
  const { passed, failed, skipped } = count
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} not applicable` : ''}`
}

function byVersion(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}
