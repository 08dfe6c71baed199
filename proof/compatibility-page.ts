import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../docs/compatibility.md', import.meta.url)

/** Replaces one part of docs/compatibility.md, from its heading to the next one of that level; a new part comes last. */
export function writePart(heading: string, text: string): void {
  const page = existsSync(file) ? readFileSync(file, 'utf8') : '# Compatibility\n'
  const [head = '', ...parts] = page.split(/^(?=## )/m)
  const part = `## ${heading}\n\n${text.trim()}\n`
  const others = parts.filter(one => !one.startsWith(`## ${heading}\n`)).map(one => one.trimEnd())
  const at = parts.findIndex(one => one.startsWith(`## ${heading}\n`))
  others.splice(at < 0 ? others.length : at, 0, part.trimEnd())
  writeFileSync(file, `${[head.trimEnd(), ...others].join('\n\n')}\n`)
}

/** What the table of a part says now, without its head. */
export function rowsOf(heading: string): readonly (readonly string[])[] {
  const page = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const part = page.split(/^(?=## )/m).find(one => one.startsWith(`## ${heading}\n`)) ?? ''
  const lines = part.split('\n').filter(line => line.startsWith('| '))
  return lines.slice(2).map(line => line.slice(2, -2).split(' | '))
}

/** A table in Markdown, its head first. */
export function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows.map(row =>
    row.map(cell => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')),
  )
  return [head, head.map(() => '---'), ...body].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}
