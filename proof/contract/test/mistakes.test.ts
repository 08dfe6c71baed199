import { afterEach, describe, expect, test, vi } from 'vitest'
import { type ContractCase, contractCases, runCase } from '../src/index.ts'
import { type Mistake, mistakes } from './mistakes.ts'
import { reference } from './reference-client.ts'

const cases = Object.entries(contractCases).flatMap(([about, cases]) =>
  cases.map(contractCase => ({ about, name: `${about} ${contractCase.title}`, contractCase })),
)

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('the contract', () => {
  for (const mistake of mistakes) {
    test(`finds out an adapter that ${mistake.that}`, async () => {
      vi.stubEnv('CONTRACT_PATIENCE', '5000') // since some mistakes end with it
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

/** The cases that should fail for a mistake, and do not. */
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
  // Those end with a time limit where a wait never ends; no other may run at once, as some move the time.
  const waits = meant.filter(({ about }) => about === 'waiting')
  await Promise.all(waits.map(run))
  for (const each of meant) if (!waits.includes(each)) await run(each)
  return passed
}

function finders(some: readonly Mistake[]): readonly RegExp[] {
  return some.flatMap(({ foundBy }) => foundBy)
}
