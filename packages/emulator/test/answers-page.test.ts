import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { answersPage } from '../src/api/answers-page.ts'
import { apis } from '../src/apis.ts'

const page = readFileSync(new URL('../ANSWERS.md', import.meta.url), 'utf8')
const answers = apis.flatMap(api => [
  ...Object.values(api.answers),
  ...api.operations.flatMap(operation => Object.values(operation.answers)),
])

describe('ANSWERS.md', () => {
  it('is what "node tools/docs/answers.ts" makes of the answers', () => {
    expect(page).toBe(answersPage())
  })

  it('has a source for everything that is documented or was observed', () => {
    const sourced = answers.filter(({ basis }) => basis !== 'chosen')
    expect(sourced.filter(({ source }) => !/^https:\/\/\S+$/.test(source))).toEqual([])
  })

  it('has a reason for everything that is chosen', () => {
    const decided = answers.filter(({ basis }) => basis === 'chosen')
    expect(decided.filter(({ source }) => source.length < 10)).toEqual([])
  })

  it('has no row that breaks the table', () => {
    const rows = page.split('\n').filter(line => line.startsWith('|'))
    expect(rows.filter(row => row.split('|').length !== 7)).toEqual([])
  })
})
