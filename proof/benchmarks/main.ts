import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { adapters, clientOf } from '../../tools/packages.ts'
import type { Finding } from '../finding.ts'
import { svg } from './chart.ts'
import { accounts } from './measure/accounts.ts'
import { badDays } from './measure/bad-days.ts'
import { bundleSize } from './measure/bundle-size.ts'
import { cold } from './measure/cold.ts'
import { firstRequest } from './measure/first-request.ts'
import { hotPath } from './measure/hot-path.ts'
import { installedSize } from './measure/installed-size.ts'
import { instructions } from './measure/instructions.ts'
import { perRequest } from './measure/per-request.ts'
import { startUp } from './measure/start-up.ts'
import type { Extent, Measured } from './measured.ts'

const measures: Readonly<Record<string, (extent: Extent) => Promise<Measured>>> = {
  'hot-path': hotPath,
  accounts,
  'per-request': perRequest,
  cold,
  'bad-days': badDays,
  'start-up': startUp,
  'first-request': firstRequest,
  'installed-size': installedSize,
  'bundle-size': bundleSize,
  instructions,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

if (values.help) {
  console.log(`Usage: npm run proof -- bench [--quick] [--json] [--write] [measure…]

Measures the promises beside msal-node, @azure/identity, core-rest-pipeline and hooks written by hand.

  --quick  fewer samples: a minute or two
  --json   only the findings, as JSON
  --write  writes results/README.md and its charts

Measures: ${Object.keys(measures).join(', ')}. Without any: all of them, "instructions" with --write only,
since it takes half an hour. It needs valgrind.`)
} else {
  const all = Object.keys(measures).filter(name => values.write || name !== 'instructions')
  await bench(positionals.length > 0 ? positionals : all)
}

async function bench(names: readonly string[]): Promise<void> {
  const measured: Measured[] = []
  const loads: string[] = []
  for (const name of names) {
    const measure = measures[name]
    if (!measure)
      throw new TypeError(`No measure "${name}": there are ${Object.keys(measures).join(', ')}`)
    process.stderr.write(`${name} … `)
    const beganAt = performance.now()
    measured.push(await measure({ quick: values.quick }))
    loads.push(`${name} ${loadavg()[0]?.toFixed(1)}`)
    process.stderr.write(`${((performance.now() - beganAt) / 1_000).toFixed(0)} s\n`)
  }
  const findings = measured.flatMap(one => one.findings)
  if (values.json) console.log(JSON.stringify(findings))
  else console.log(page(measured, loads))
  if (values.write) write(measured, loads)
}

function write(measured: readonly Measured[], loads: readonly string[]): void {
  const folder = new URL('results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  for (const chart of measured.flatMap(({ charts = [] }) => charts))
    writeFileSync(new URL(`${chart.name}.svg`, folder), svg(chart))
  writeFileSync(new URL('README.md', folder), page(measured, loads))
}

function page(measured: readonly Measured[], loads: readonly string[]): string {
  const findings = measured.flatMap(one => one.findings)
  const charts = measured.flatMap(one => one.charts ?? [])
  return [
    '# Results',
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, ${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.versions.node}${values.quick ? ', quick form' : ''}. Load average after each measure: ${loads.join(', ')}.`,
    `Peers: ${versions()}.`,
    ...(findings.length > 0 ? [promises(findings)] : []),
    ...measured.flatMap(one =>
      one.tables.map(each => `## ${each.title}\n\n${table(each.head, each.rows)}`),
    ),
    ...charts.map(({ name, title }) => `![${title}](${name}.svg)`),
  ]
    .join('\n\n')
    .concat('\n')
}

function promises(findings: readonly Finding[]): string {
  return table(
    ['promise', 'figure', 'held', 'why not'],
    findings.map(one => [one.promise, one.figure, one.held ? 'yes' : '**no**', one.because ?? '']),
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function versions(): string {
  const { devDependencies } = createRequire(import.meta.url)('./package.json') as {
    devDependencies: Record<string, string>
  }
  const peers = ['@azure/msal-node', '@azure/identity', '@azure/core-rest-pipeline']
  const clients = adapters.flatMap(adapter => {
    const client = clientOf(adapter)
    return client ? [`${client} ${adapter.manifest.devDependencies?.[client]}`] : []
  })
  return [...peers.map(name => `${name} ${devDependencies[name]}`), ...clients].join(', ')
}
