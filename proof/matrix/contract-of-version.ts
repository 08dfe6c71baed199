import { describe, test } from 'vitest'
import { contractCases, runCase, type Subject } from '../contract/src/index.ts'
import { versions } from './versions.ts'

export * from '../contract/src/index.ts'

/** Replaces the contract's function of this name and applies what differs in the version under test. */
export function adapterContract<Plugin>(subject: Subject<Plugin>): void {
  const { MATRIX_CLIENT, MATRIX_VERSION } = process.env
  const { lacking = [], bodies } =
    versions.find(
      ({ client, version }) => client === MATRIX_CLIENT && version === MATRIX_VERSION,
    ) ?? expect()
  const differing = {
    ...subject,
    traits: { ...subject.traits, bodies: { ...subject.traits.bodies, ...bodies } },
  }
  describe(`${MATRIX_CLIENT} ${MATRIX_VERSION}`, () => {
    for (const [about, cases] of Object.entries(contractCases))
      describe(about, () => {
        for (const contractCase of cases)
          test(contractCase.title, ({ skip }) => {
            const why =
              contractCase.lacking?.(differing) ||
              lacking.find(([title]) => title.test(contractCase.title))?.[1]
            if (why) skip(why)
            return runCase(differing, contractCase)
          })
      })
  })
}

function expect(): never {
  throw new Error('versions.config.ts says which version is under test')
}
