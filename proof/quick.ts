import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters, styleText } from 'node:util'
import type { Finding } from './finding.ts'

interface Output {
  readonly stdout: string
  readonly stderr: string
  readonly failed: boolean
}

interface Part {
  readonly name: string
  readonly command: readonly string[]
  findings(output: Output): Finding[]
}

const root = fileURLToPath(new URL('..', import.meta.url))
const parts: readonly Part[] = [
  tested('model', {
    promise: 'A token source keeps its invariants in every order of events',
    figure: /\d+ runs, seed \d+/,
  }),
  tested('fuzz', {
    promise: 'No input breaks the parsers, or moves a token to a URL that is not covered',
    figure: /\d+ passed, \d+ failed/,
  }),
  ...['hot-path', 'per-request', 'cold', 'bad-days', 'start-up', 'bundle-size'].map(measure =>
    measured(measure, ['proof/benchmarks/main.ts', '--quick', '--json', measure]),
  ),
  measured('soak, 20 s', ['--expose-gc', 'proof/soak/soak.ts', '--seconds', '20', '--json']),
]

function tested(
  name: string,
  { promise, figure }: { readonly promise: string; readonly figure: RegExp },
): Part {
  const project = ['--root', '.', '--project', '@cloud-partner-auth/core']
  const reporters = ['--reporter', 'verbose', '--reporter', './tools/summary-reporter.mjs']
  const options = ['--config', 'tools/vitest.config.ts', ...project, ...reporters]
  return {
    name,
    command: ['vitest', 'run', ...options, `packages/core/test/${name}`],
    findings({ stdout, stderr, failed }) {
      const shown = figure.exec(stdout)?.[0]
      const because = /\{ seed: .*\n.*/.exec(stderr)?.[0].replace('\n', ' ') ?? 'It did not end.'
      return [{ promise, figure: shown ?? 'no run', held: !failed && shown !== undefined, because }]
    },
  }
}

function measured(name: string, script: readonly string[]): Part {
  return {
    name,
    command: ['node', ...script],
    findings({ stdout }) {
      const line = stdout.split('\n').find(text => text.startsWith('[{'))
      if (line) return JSON.parse(line) as Finding[] // what our own scripts print
      return [{ promise: `${name}: runs to its end`, figure: 'it did not', held: false }]
    },
  }
}

/** Runs the quick form of all parts that have one and prints a table of findings. Resolves with the exit code. */
export async function quickProof(): Promise<number> {
  const findings: Finding[] = []
  for (const [index, part] of parts.entries()) {
    process.stderr.write(`[${index + 1}/${parts.length}] ${part.name} … `)
    const beganAt = performance.now()
    const found = part.findings(await run(part.command))
    findings.push(...found)
    process.stderr.write(`${((performance.now() - beganAt) / 1_000).toFixed(0)} s\n`)
  }
  const width = Math.max(...findings.map(({ figure }) => figure.length))
  console.log()
  for (const { promise, figure, held, because } of findings) {
    const verdict = held ? styled('green', 'held    ') : styled('red', 'not held')
    console.log(`${verdict}  ${figure.padStart(width)}  ${promise}`)
    if (!held && because) console.log(`          ${' '.repeat(width)}  ${styled('dim', because)}`)
  }
  const short = findings.filter(({ held }) => !held).length
  console.log(`\n${findings.length - short} held, ${short} not held`)
  return short === 0 ? 0 : 1
}

/** `styleText` heeds NO_COLOR and uses colours only on a terminal. */
function styled(style: 'green' | 'red' | 'dim', text: string): string {
  return styleText(style, text, { stream: process.stdout })
}

function run(command: readonly string[]): Promise<Output> {
  return new Promise((resolve, reject) => {
    const [file = '', ...rest] = command
    const child = spawn(file, rest, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', chunk => {
      stdout += chunk
    })
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', code =>
      resolve({
        stdout: stripVTControlCharacters(stdout),
        stderr: stripVTControlCharacters(stderr),
        failed: code !== 0,
      }),
    )
  })
}
