import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { svg } from '../benchmarks/chart.ts'
import { findings } from './findings.ts'
import { besideReal, charts, page, verdicts } from './page.ts'
import type { PlayedTwice } from './played.ts'
import { playReal, playSimulated, redisCost } from './plays.ts'
import { scenarios } from './scenarios.ts'
import type { Figures } from './stage.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', multiple: true, default: ['1', '100', '1000'] },
    largest: { type: 'boolean', default: false },
    real: { type: 'string' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

if (values.help) {
  console.log(`Usage: npm run proof -- fleet [--size 500]… [--largest] [--real 200] [--json] [--write] [scenario…]

What a fleet that shares a store asks of its authority and its Redis: the real token source and the real shared
acquisition, in virtual time.

  --size     how many processes; may be given several times. Default: 1, 100 and 1,000, in three minutes
  --largest  10,000 as well, which takes an hour and 3 GB
  --real     instead: so many real processes on a real Redis server, beside a simulation of as many; a quarter of an hour
  --json     only the findings, as JSON
  --write    writes results/ and its charts

Scenarios: ${Object.keys(scenarios).join(', ')}.`)
} else {
  const names = positionals.length > 0 ? positionals : Object.keys(scenarios)
  for (const name of names) {
    if (!scenarios[name])
      throw new TypeError(`No scenario "${name}": there are ${Object.keys(scenarios).join(', ')}`)
  }
  if (values.real) await compare(names, Number(values.real))
  else await simulate(names)
}

async function simulate(names: readonly string[]): Promise<void> {
  const cost = await redisCost()
  const sizes = [...values.size.map(Number), ...(values.largest ? [10_000] : [])]
  const played = await inPairs(names, async name => {
    const beganAt = performance.now()
    const shared: Figures[] = []
    for (const size of sizes) shared.push(await playSimulated(name, { size, cost }))
    const alone = await playSimulated(name, { size: 100, cost, shared: false })
    process.stderr.write(`${name} … ${((performance.now() - beganAt) / 1_000).toFixed(0)} s\n`)
    return { name, shared, alone }
  })
  const found = findings(played)
  if (values.json) console.log(JSON.stringify(found))
  else console.log(page(played, { found, cost }))
  if (values.write) {
    write('README.md', page(played, { found, cost }))
    for (const chart of charts(played)) write(`${chart.name}.svg`, svg(chart))
  }
  process.exitCode = found.every(({ held }) => held) ? 0 : 1
}

async function compare(names: readonly string[], size: number): Promise<void> {
  const cost = await redisCost()
  const outage = 60_000 // nobody wants to wait for ten minutes
  const played: PlayedTwice[] = []
  for (const name of names.filter(name => scenarios[name]?.real)) {
    process.stderr.write(`${name} … `)
    const real = await playReal(name, { size, outage })
    const { tokenTime } = real
    const simulated = await playSimulated(name, { size, outage, cost, tokenTime })
    played.push({ name, real, simulated })
    process.stderr.write('done\n')
  }
  const { table, found } = besideReal(played)
  if (values.json) console.log(JSON.stringify(found))
  else console.log(table + verdicts(found))
  if (values.write) write('real.md', table)
  process.exitCode = found.every(({ held }) => held) ? 0 : 1
}

function write(name: string, text: string): void {
  const folder = new URL('results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(name, folder), text)
}

/** Two at a time, the results in the order of what they are of. */
async function inPairs<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const left = [...items.entries()]
  const one = async () => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await work(next[1])
  }
  await Promise.all([one(), one()])
  return results
}
