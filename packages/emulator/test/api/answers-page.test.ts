import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { answersPage } from '../../src/api/answers-page.ts'
import { apis } from '../../src/apis.ts'
import { mistakeAnswers } from '../../src/authority/aadsts.ts'

const page = readFileSync(new URL('../../ANSWERS.md', import.meta.url), 'utf8')
const answers = apis.flatMap(api => [
  ...Object.values(api.answers),
  ...api.operations.flatMap(operation => Object.values(operation.answers)),
])

describe('ANSWERS.md', () => {
  it('has every AADSTS number, each of which is tested', () => {
    const folder = new URL('..', import.meta.url)
    const tests = globSync('**/*.test.ts', { cwd: folder })
      .map(file => readFileSync(new URL(file, folder), 'utf8'))
      .join('\n')
    const numbers = [...page.matchAll(/AADSTS(\d+)/g)].map(([, number = '']) => number)
    expect(numbers).toHaveLength(mistakeAnswers.length)
    expect(numbers.filter(number => !new RegExp(`\\b${number}\\b`).test(tests))).toEqual([])
  })

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
