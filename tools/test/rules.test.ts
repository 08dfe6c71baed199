import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { mutated, mutations } from '../../proof/rules/mutations.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const sources = mutated.map(path => readFileSync(root + path, 'utf8'))

describe('the rules that are taken out of core', () => {
  it.each(mutations)('stand there still: $without', ({ from }) => {
    expect(sources.filter(source => source.includes(from))).toHaveLength(1)
  })
})
