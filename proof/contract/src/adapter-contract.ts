import { describe, test, vi } from 'vitest'
import type { ContractCase } from './contract-case.ts'
import { contractCases } from './contract-cases.ts'
import { expectNoSecrets } from './expectations/no-secrets.ts'
import { openStage } from './stage/stage.ts'
import type { Subject } from './subject.ts'

/**
 * Defines the tests that every adapter has to pass, over real sockets. Call it at the top level of a test file.
 *
 * @example
 * adapterContract({ name: 'axios', adapter: cloudPartnerInterceptor, create, traits })
 */
export function adapterContract<Plugin>(subject: Subject<Plugin>): void {
  if ('commonjs' in subject && typeof subject.commonjs !== 'function')
    throw new TypeError(`${subject.name}: its CommonJS build does not export the adapter`)
  describe(`${subject.name} adapter`, () => {
    for (const [about, cases] of Object.entries(contractCases)) {
      describe(about, () => {
        for (const contractCase of cases)
          test(contractCase.title, ({ skip }) => {
            const lacking = contractCase.lacking?.(subject)
            if (lacking) skip(lacking)
            return runCase(subject, contractCase)
          })
      })
    }
  })
}

/** Runs one case. Rejects when it fails, or when anything a caller was given shows a secret. */
export async function runCase<Plugin>(
  subject: Subject<Plugin>,
  contractCase: ContractCase,
): Promise<void> {
  withoutProxy()
  try {
    await using stage = await openStage(subject)
    await contractCase.run(stage)
    expectNoSecrets([...stage.outcomes, stage.events], stage.secrets())
  } finally {
    vi.unstubAllEnvs()
  }
}

/** Some clients send even loopback requests to the proxy that the environment names. */
function withoutProxy(): void {
  for (const name of ['http_proxy', 'https_proxy', 'all_proxy'])
    for (const variable of [name, name.toUpperCase()]) vi.stubEnv(variable, undefined)
}
