// node tools/docs/readme.ts: writes the table of packages in README.md from the descriptions in their package.json.
import { readFileSync, writeFileSync } from 'node:fs'
import { adapters, packages } from '../packages.ts'

const file = new URL('../../README.md', import.meta.url)
const table = /\| package \| is \|\n(\|.*\n)+/

/** The README with the table as it should be. */
export function readmePage(): string {
  const sorted = [...adapters, ...packages.filter(one => !adapters.includes(one))]
  const rows = sorted.map(
    ({ name, manifest }) =>
      `| [\`${manifest.name}\`](packages/${name}) | ${manifest.description} |\n`,
  )
  const page = readFileSync(file, 'utf8')
  if (!table.test(page)) throw new Error('README.md has no table that begins "| package | is |"')
  return page.replace(table, () => `| package | is |\n| --- | --- |\n${rows.join('')}`)
}

if (import.meta.main) writeFileSync(file, readmePage())
