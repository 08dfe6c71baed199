import type { DescribedApi } from '../src/apis.ts'
import type { Answer, Emulator } from '../src/index.ts'

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
  ]
  const seen = new Set<Answer>()
  return {
    note(emulator) {
      for (const { answer } of emulator.requests) {
        // A failure is a copy with a status of its own.
        const row =
          described.find(one => one === answer) ?? described.find(one => one.when === answer?.when)
        if (row) seen.add(row)
      }
    },
    missing: () =>
      described.filter(row => !seen.has(row)).map(({ status, when }) => `${status} when ${when}`),
  }
}
