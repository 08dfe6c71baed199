/** Something that a project may have, and whether our packages fit into it. */
export interface Trial {
  readonly group: string
  readonly name: string
  /** Rejects where they do not. May resolve with a remark. */
  run(): Promise<string | undefined>
}

/** What came of a trial. */
export interface Outcome {
  readonly group: string
  readonly name: string
  readonly held: boolean
  readonly told: string
}

/** What a trial throws that this machine lacks something for. */
export class NotHere extends Error {}

/** Does the trials one after the other and prints each outcome. */
export async function outcomes(trials: readonly Trial[]): Promise<readonly Outcome[]> {
  const done: Outcome[] = []
  for (const { group, name, run } of trials) {
    const outcome = await run().then(
      remark => ({ held: true, told: remark ? `passed: ${remark}` : 'passed' }),
      (error: Error) =>
        error instanceof NotHere
          ? { held: true, told: `not tried here: ${error.message}` }
          : { held: false, told: `FAILED: ${error.message}` },
    )
    console.log(`${group} · ${name}: ${outcome.told}`)
    done.push({ group, name, ...outcome })
  }
  return done
}
