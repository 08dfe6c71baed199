// Runs a client's own test suite without our plugin and with it, and prints what fails with it alone. Ends with 1 if something
// does that `suites.ts` does not say: `npm run proof -- suites got ../got`.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugged } from './auth.ts'
import { suites } from './suites.ts'

const usage = `Usage: npm run proof -- suites <${Object.keys(suites).join('|')}> <folder>

The folder holds a clone of the client's repository, at the tag of a version that the adapter is for, with what its tests
need installed there (npm install). For axios a tag whose tests are run by mocha, such as v1.7.9.`

const ways: readonly (readonly [Plugged, string])[] = [
  ['nothing', 'a hook that does nothing'],
  ['elsewhere', 'our plugin, which covers something else'],
  ['covered', 'our plugin, which covers what the suite asks'],
]

const [client = '', folder = ''] = process.argv.slice(2)
const suite = suites[client]
if (!suite || !folder) end(usage)
const clone = resolve(folder)
for (const needed of [suite.entry, suite.command()[0] ?? ''])
  if (!existsSync(join(clone, needed))) end(`${clone} has no ${needed}.\n\n${usage}`)

const bare = results()
console.log(`${client} alone: ${counts(bare)}`)
/** What fails with any hook is not ours. */
const withAny = new Set<string>()
let unexplained = 0
for (const [way, what] of ways) {
  const plugged = results(way)
  console.log(`with ${what}: ${counts(plugged)}`)
  for (const title of onlyPlugged(plugged, way)) tell(title, way)
}
console.log(
  unexplained === 0 ? 'nothing else fails with our plugin alone' : `${unexplained} unexplained`,
)
process.exitCode = unexplained === 0 ? 0 : 1

function end(told: string): never {
  console.error(told)
  process.exit(2)
}

function tell(title: string, way: Plugged): void {
  if (way === 'nothing') withAny.add(title)
  const known = suite?.differs.find(one => one.title.test(title) && (one.only ?? way) === way)
  const because = withAny.has(title) ? 'as with any hook' : known?.because
  if (!because) unexplained++
  console.log(because ? `  ${title}: ${because}` : `  !! ${title}`)
}

/** What fails with the plugin alone, each time and by itself: another test may have left something, or the machine be busy. */
function onlyPlugged(plugged: Results, way: Plugged): readonly string[] {
  const failing = [...bare].filter(([title, ok]) => ok && !plugged.get(title))
  return failing
    .map(([title]) => title)
    .filter(title => [1, 2].every(() => !passes(title, way)) && passes(title))
}

function passes(title: string, way?: Plugged): boolean {
  return [...results(way, title).values()].every(Boolean)
}

/** Whether each test passed, by its title. */
type Results = ReadonlyMap<string, boolean>

function results(way?: Plugged, title?: string): Results {
  const imports = [...(suite?.imports ?? []), ...(way ? [here('preload.ts')] : [])]
  const { stdout, stderr, error } = spawnSync(process.execPath, suite?.command(title) ?? [], {
    cwd: clone,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: {
      ...process.env,
      NODE_OPTIONS: imports.map(one => `--import=${one}`).join(' '),
      CLIENT_NAME: client,
      CLIENT_ENTRY: pathToFileURL(join(clone, suite?.entry ?? '')).href,
      CLIENT_PLUGGED: here(`${client}.ts`),
      PLUGGED: way,
    },
  })
  if (error) throw error
  const found = new Map<string, boolean>()
  // A title that is there twice passes where both do.
  for (const [, not, title = ''] of stdout.matchAll(/^(not )?ok \d+ (?:- )?(.*)$/gm))
    if (!/ # (SKIP|TODO)/i.test(title)) found.set(title, !not && found.get(title) !== false)
  if (found.size === 0) throw new Error(`The suite ran no test: ${stdout}${stderr}`)
  return found
}

function here(file: string): string {
  return new URL(file, import.meta.url).href
}

function counts(results: Results): string {
  const passed = [...results.values()].filter(Boolean).length
  return `${passed} tests pass, ${results.size - passed} do not`
}
