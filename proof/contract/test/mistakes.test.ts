import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ContractCase, contractCases, runCase } from '../src/index.ts'
import { type Mistake, mistakes } from './mistakes.ts'
import { reference } from './reference-client.ts'

const cases = Object.entries(contractCases).flatMap(([about, cases]) =>
  cases.map(contractCase => ({ about, name: `${about} ${contractCase.title}`, contractCase })),
)

// Some mistakes only show when it runs out. Not stubbed, since each case takes the stubs of the one before it away.
beforeAll(() => {
  process.env['CONTRACT_PATIENCE'] = '5000'
})
afterAll(() => {
  delete process.env['CONTRACT_PATIENCE']
})

describe('the contract', () => {
  for (const mistake of mistakes) {
    test(`finds out an adapter that ${mistake.that}`, async () => {
      for (const pattern of mistake.foundBy)
        expect(
          cases.some(({ name }) => pattern.test(name)),
          String(pattern),
        ).toBe(true)
      expect(await keptBy(mistake)).toEqual([])
    })
  }

  test('has no case that every adapter passes', () => {
    const foundOut = cases.filter(({ name }) => finders(mistakes).some(by => by.test(name)))
    const others = cases.filter(each => !foundOut.includes(each))
    expect(others.map(({ name }) => name)).toEqual([])
  })
})

/** The cases that should fail for a mistake but pass. */
async function keptBy(mistake: Mistake): Promise<string[]> {
  const subject = { ...reference, ...mistake.subject }
  const passed: string[] = []
  const run = async ({ name, contractCase }: { name: string; contractCase: ContractCase }) => {
    await runCase(subject, contractCase).then(
      () => passed.push(name),
      () => {},
    )
  }
  const meant = cases.filter(({ name }) => finders([mistake]).some(by => by.test(name)))
  // Where a wait never ends these run into a time limit, so they run at once. The others cannot: some of them move the clock.
  const waits = meant.filter(({ about }) => about === 'waiting')
  await Promise.all(waits.map(run))
  for (const each of meant) if (!waits.includes(each)) await run(each)
  return passed
}

function finders(some: readonly Mistake[]): readonly RegExp[] {
  return some.flatMap(({ foundBy }) => foundBy)
}
