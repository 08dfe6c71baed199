import type { DescribedApi } from '../src/apis.ts'
import type { Emulator } from '../src/index.ts'

/** Which of an API's answers the tests of one file have really been given. */
export function seenAnswers(api: DescribedApi): {
  /** Remembers what the log of an emulator has. */
  note(emulator: Emulator): void
  /** The answers that nobody was given yet. */
  missing(): string[]
} {
  const described = [
    ...Object.values(api.answers),
    ...api.operations.flatMap(({ answers }) => Object.values(answers)),
  ].map(({ status, when }) => ({ status, when }))
  const seen = new Set<string>()
  return {
    note(emulator) {
      for (const { answer } of emulator.requests) if (answer) seen.add(answer.when)
    },
    missing: () =>
      described
        .filter(({ when }) => !seen.has(when))
        .map(({ status, when }) => `${status} when ${when}`),
  }
}
