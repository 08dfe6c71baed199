import { type Dataset, datasets } from './dataset.ts'

/** What a query asks for. */
export interface ReportQuery {
  readonly dataset: Dataset
  readonly columns: readonly string[]
}

/**
 * Reads `SELECT … FROM … [WHERE …] [ORDER BY …] [LIMIT …] [TIMESPAN …]`. Of what follows the dataset only its
 * keywords are read: a report here has all rows.
 *
 * @throws TypeError that says what is wrong with the query.
 */
export function readQuery(text: string): ReportQuery {
  const words = text.trim().replaceAll(',', ' , ').split(/\s+/)
  const [select = '', ...rest] = words
  const from = rest.findIndex(word => word.toUpperCase() === 'FROM')
  if (select.toUpperCase() !== 'SELECT' || from < 1) {
    throw new TypeError('A query has the form SELECT <columns> FROM <dataset>.')
  }
  const name = rest[from + 1] ?? ''
  const dataset = datasets.find(one => one.name.toLowerCase() === name.toLowerCase())
  if (!dataset) throw new TypeError(`There is no dataset ${name}.`)
  const next = rest[from + 2]
  if (next !== undefined && !['WHERE', 'ORDER', 'LIMIT', 'TIMESPAN'].includes(next.toUpperCase())) {
    throw new TypeError(`The query cannot be read from ${next} on.`)
  }
  return { dataset, columns: readColumns(rest.slice(0, from), dataset) }
}

function readColumns(words: readonly string[], dataset: Dataset): string[] {
  const named = words.filter((_, index) => index % 2 === 0)
  const isList =
    words.length % 2 === 1 && words.every((word, index) => index % 2 === 0 || word === ',')
  if (!isList) throw new TypeError('The columns of a query are separated by commas.')
  if (named.length === 1 && named[0] === '*') return [...dataset.columns]
  return named.map(name => {
    const column = dataset.columns.find(one => one.toLowerCase() === name.toLowerCase())
    if (column === undefined) throw new TypeError(`${dataset.name} has no column ${name}.`)
    return column
  })
}
