import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from '../tools/build.ts'
import { nearest } from './nearest.ts'
import { parts } from './parts.ts'
import { quickProof } from './quick.ts'

const names = Object.keys(parts)
const usage = `Usage: npm run proof [-- <part> [options of the part]]

Shows what this project promises as figures, measured here and now. Without a part: a quick form of the model-based
tests, of the fuzz tests, of the benchmarks and of the soak, in less than five minutes. The parts in their long form:

${names.map(name => `  ${name.padEnd(13)} ${parts[name]?.takes.padStart(6)}   ${parts[name]?.shows}`).join('\n')}

Exit code: 0 when every promise held, 1 when one did not, 2 for a part that does not exist. NO_COLOR turns colours off.`

process.exitCode = await proof(process.argv.slice(2))

async function proof([name, ...options]: readonly string[]): Promise<number> {
  if (name === '--help' || name === '-h') {
    console.log(usage)
    return 0
  }
  if (name !== undefined && !Object.hasOwn(parts, name)) {
    console.error(
      `There is no part "${name}". Did you mean "${nearest(name, names)}"? npm run proof -- --help lists them all.`,
    )
    return 2
  }
  build()
  return name === undefined ? quickProof() : run(name, options)
}

function run(name: string, options: readonly string[]): number {
  const { command: [file = '', ...args] = [], env } = parts[name] ?? {}
  const { status, error } = spawnSync(file, [...args, ...options], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
    env: { ...env, ...process.env },
  })
  if (error) throw error
  return status ?? 1
}
