import { cpus } from 'node:os'
import type { Chart } from '../benchmarks/measured.ts'
import type { Finding } from '../finding.ts'
import { failedShare } from './findings.ts'
import type { Played, PlayedTwice } from './played.ts'
import { scenarios } from './scenarios.ts'
import type { RedisCost } from './simulation/virtual-redis.ts'
import type { Figures } from './stage.ts'

const columns: readonly { readonly title: string; show(one: Figures): string }[] = [
  { title: 'Token requests', show: one => count(one.tokenRequests) },
  { title: 'Store operations in the busiest second', show: one => count(one.peak) },
  { title: 'Store operations a second, on average', show: one => small(one.mean) },
  { title: 'Seconds until every process has been served', show: served },
  { title: 'Requests that failed, of 100', show: one => small(failedShare(one)) },
]

/** All figures of the simulation as a page. */
export function page(
  played: readonly Played[],
  {
    found,
    cost,
  }: {
    readonly found: readonly Finding[]
    readonly cost: RedisCost & { readonly measured: boolean }
  },
): string {
  return [
    '# Results',
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, Node ${process.versions.node} (${cpus()[0]?.model.trim()}). One operation takes the server ${small(cost.operation * 1_000)} µs (${cost.measured ? 'measured here' : 'assumed: no Redis server to measure'}) and the network ${cost.roundTrip} ms; a token request takes 200 to 400 ms. "Alone" is a fleet of 100 in which each process is on its own. Where a cell is empty, that was not played.`,
    verdicts(found),
    ...columns.map(one => `## ${one.title}\n\n${byScenario(played, one.show)}`),
    ...charts(played).map(({ name, title }) => `![${title}](${name}.svg)`),
  ]
    .join('\n\n')
    .concat('\n')
}

export function verdicts(found: readonly Finding[]): string {
  const rows = found.map(({ promise, figure, held }) => [promise, figure, held ? 'yes' : '**no**'])
  return table(['promise', 'figure', 'held'], rows)
}

/** The scenarios that charts show: all of them would be too many to read. */
const shown = ['cold', 'day', 'revoked', 'busy', 'unreachable', 'renewal', 'limited', 'secret']

export function charts(played: readonly Played[]): Chart[] {
  const some = played.filter(({ name }) => shown.includes(name))
  const categories = some.map(({ name }) => name)
  const series = (of: (one: Figures) => number) =>
    Object.fromEntries(
      sizesOf(some).map(size => [
        size === 1 ? '1 process' : `${count(size)} processes`,
        some.map(one => {
          const figures = ofSize(one, size)
          return figures ? of(figures) : null
        }),
      ]),
    )
  const alone = some.map(one => one.alone.tokenRequests)
  return [
    {
      name: 'token-requests',
      title: 'Token requests of a whole fleet',
      unit: 'requests',
      categories,
      series: { ...series(one => one.tokenRequests), '100 that share nothing': alone },
      logarithmic: true,
    },
    {
      name: 'store-operations',
      title: 'Store operations in the busiest second',
      unit: 'operations',
      categories,
      series: series(one => one.peak),
      logarithmic: true,
    },
  ]
}

/** Real processes beside simulated ones: whether counts agree within a quarter; times are told. */
export function besideReal(played: readonly PlayedTwice[]): {
  readonly table: string
  readonly found: readonly Finding[]
} {
  const counts = [
    { what: 'token requests', of: (one: Figures) => one.tokenRequests },
    { what: 'store operations', of: (one: Figures) => one.operations },
    { what: 'failed requests', of: (one: Figures) => one.failed },
  ]
  const found = played.flatMap(({ name, real, simulated }) =>
    counts.map(({ what, of }) => ({
      promise: `${name}: ${what} agree within a quarter`,
      figure: `${count(of(real))} real, ${count(of(simulated))} simulated`,
      held: Math.abs(of(real) - of(simulated)) <= Math.max(of(real), of(simulated)) / 4,
    })),
  )
  const rows = played.map(({ name, real, simulated }) => [
    name,
    ...counts.map(({ of }) => `${count(of(real))} / ${count(of(simulated))}`),
    `${count(real.peak)} / ${count(simulated.peak)}`,
    `${served(real)} / ${served(simulated)}`,
  ])
  const head = [
    'real / simulated',
    ...counts.map(({ what }) => what),
    'busiest second',
    'all served, s',
  ]
  return { table: `${table(head, rows)}\n`, found }
}

function byScenario(played: readonly Played[], show: (one: Figures) => string): string {
  const sizes = sizesOf(played)
  const head = ['', ...sizes.map(count), 'alone']
  const rows = played.map(one => [
    scenarios[one.name]?.title ?? one.name,
    ...sizes.map(size => {
      const figures = ofSize(one, size)
      return figures ? show(figures) : ''
    }),
    show(one.alone),
  ])
  return table(head, rows)
}

/** Not every scenario may have been played with the largest. */
function sizesOf(played: readonly Played[]): readonly number[] {
  const all = played.flatMap(({ shared }) => shared.map(({ processes }) => processes))
  return [...new Set(all)].toSorted((one, other) => one - other)
}

function ofSize({ shared }: Played, size: number): Figures | undefined {
  return shared.find(({ processes }) => processes === size)
}

function served({ allServed }: Figures): string {
  return allServed === undefined ? 'not all' : small(allServed / 1_000)
}

function count(figure: number): string {
  return figure.toLocaleString('en')
}

/** With three digits that count. */
function small(figure: number): string {
  return Number(figure.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 4 })
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
