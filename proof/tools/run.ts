// Packs the packages and tries them in the tools that projects have: `npm run proof -- tools`. The whole writes its table
// into docs/compatibility.md. `--slice` is the part that each change is checked with.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { rowsOf, table, writePart } from '../compatibility-page.ts'
import { app, packed, tools } from './app.ts'
import { bundles } from './bundles.ts'
import { type InstalledSize, installedSizes, withoutMsal } from './installed-size.ts'
import { clients, loading } from './loading.ts'
import { mocked } from './mocks.ts'
import { packageManagers } from './package-managers.ts'
import { runtimes } from './runtimes.ts'
import { testRunners } from './test-runners.ts'
import { NotHere, type Outcome, outcomes, type Trial } from './trial.ts'
import { types } from './types.ts'

const { values } = parseArgs({
  options: {
    slice: { type: 'boolean' },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
})
if (values.help) {
  console.log(`Usage: npm run proof -- tools [--slice] [--only Bundlers]

Packs the packages and tries them in Nodes, TypeScripts, test runners, bundlers, package managers and runtimes; writes its
table into docs/compatibility.md. --slice: one Node, the oldest and the newest TypeScript, and no table; under a minute.
--only: one group of the table.`)
  process.exit()
}

const emulator = await startEmulator()
const { env } = emulator
try {
  const tarballs = await packed()
  const installed = await app('app', [...Object.values(tarballs), ...clients, '@types/node@24'])
  const typescripts = await tools('typescripts')
  const done = await (values.slice ? slice() : whole())
  const failed = done.filter(({ held }) => !held).length
  console.log(`tools: ${done.length - failed} of ${done.length} held`)
  process.exitCode = failed > 0 ? 1 : 0

  function slice(): Promise<readonly Outcome[]> {
    const current = { node: process.execPath, named: process.versions.node, env }
    return outcomes([
      ...loading(installed, current),
      ...types(installed, typescripts, ['5.4', '7']),
    ])
  }

  async function whole(): Promise<readonly Outcome[]> {
    const toolchains = await tools('toolchains')
    const trials = [
      ...(await underNodes(installed, await older(tarballs))),
      ...types(installed, typescripts, ['5.4', '5.9', '6', '7']),
      ...testRunners(installed, toolchains),
      ...mocked(tarballs),
      ...bundles(installed, toolchains, env),
      ...packageManagers(tarballs, toolchains, env),
      ...withoutMsal(tarballs, env),
      ...runtimes,
    ]
    const { only } = values
    const done = await outcomes(trials.filter(({ group }) => only === undefined || group === only))
    const groups = [...new Set(trials.map(({ group }) => group))]
    writePart('Tools', toolsPart(done, groups))
    if (only === undefined) writePart('Installed size', sizesPart(await installedSizes(tarballs)))
    return done
  }
} finally {
  await emulator.close()
}

/** An application for the oldest Node, which the newest undici does not run on. */
function older(tarballs: Readonly<Record<string, string>>): Promise<string> {
  const others = clients.filter(name => name !== 'undici')
  return app('older', [...Object.values(tarballs), ...others, 'undici@7'])
}

/** The Nodes of proof/matrix/nodes, which are for Linux on x64. */
async function underNodes(newest: string, older: string): Promise<readonly Trial[]> {
  const nodes = await tools('../matrix/nodes')
  const { optionalDependencies } = JSON.parse(readFileSync(join(nodes, '../package.json'), 'utf8'))
  return Object.entries<string>(optionalDependencies).flatMap(([name, spec]) => {
    const node = join(nodes, name, 'bin/node')
    const named = spec.slice(spec.lastIndexOf('@') + 1)
    const trials = named.startsWith('22.12.')
      ? loading(older, { node, named, env, remark: 'with undici 7, since 8 needs Node 22.19' })
      : loading(newest, { node, named, env })
    if (existsSync(node)) return trials
    const run = () => Promise.reject(new NotHere('this Node is for Linux on x64'))
    return trials.map(trial => ({ ...trial, run }))
  })
}

/** The rows of groups that were not tried this time stay. */
function toolsPart(done: readonly Outcome[], groups: readonly string[]): string {
  const rows = groups.flatMap(group => {
    const tried = done.filter(one => one.group === group)
    return tried.length > 0
      ? tried.map(({ name, told }) => [group, name, told])
      : rowsOf('Tools').filter(([first]) => first === group)
  })
  return `Written by \`npm run proof -- tools\`, which packs every package, installs the tarballs in an application outside of this
repository, and there loads, compiles, tests, bundles and uses them: requests go to the emulator. TypeScript is strict, and
the programs are those of \`proof/tools/programs/types\`; TypeScript 7 has no node10.

${table([['', 'tried', 'result'], ...rows])}`
}

function sizesPart(sizes: readonly InstalledSize[]): string {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  const rows = sizes.map(({ name, whole, withoutOptional }) => [
    `@cloud-partner-auth/${name}`,
    mb(whole),
    mb(withoutOptional),
  ])
  return `All files that npm installs for a package, our own other packages included and the HTTP client not.
\`npm install --omit=optional\` leaves out \`@azure/msal-node\`, which \`tokenEndpoint()\`, \`endpoint: 'v1'\`, \`managedIdentity()\`
and \`tokenCredential()\` do without.

${table([['', 'installed', 'with --omit=optional'], ...rows])}`
}
