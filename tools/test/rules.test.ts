import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { mutated, mutations } from '../../proof/rules/mutations.ts'

const root = new URL('../../', import.meta.url)
const sources = mutated.map(path => readFileSync(new URL(path, root), 'utf8'))

it.each(mutations)(
  'finds the rule "$without" in the source of core, so that it can be taken out',
  ({ from }) => {
    expect(sources.filter(source => source.includes(from))).toHaveLength(1)
  },
)
