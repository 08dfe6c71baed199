export type Variants = Readonly<Record<string, () => unknown>>

/** Nanoseconds a call: the median and the best of all samples. */
export interface Timing {
  readonly p50: number
  readonly best: number
}

/**
 * Times variants against each other in one run. Each round calls every variant once, so that whatever else the machine
 * does slows all of them alike. The order rotates, and every other round runs backwards, so that the garbage of one variant
 * is collected at the cost of all others alike. A call that returns a promise is awaited.
 */
export async function interleaved<Name extends string>(
  variants: Readonly<Record<Name, () => unknown>>,
  { rounds, batch = () => 1 }: { readonly rounds: number; readonly batch?: (name: Name) => number },
): Promise<Readonly<Record<Name, Timing>>> {
  const names = Object.keys(variants) as Name[] // an object literal's own keys
  const samples = new Map<Name, number[]>(names.map(name => [name, []]))
  const warmUp = Math.ceil(rounds / 5)
  for (let round = -warmUp; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const place = round % 2 === 0 ? turn : names.length - 1 - turn
      const name = names[(place + round + warmUp) % names.length] as Name
      const calls = batch(name)
      const run = variants[name]
      const beganAt = process.hrtime.bigint()
      for (let call = 0; call < calls; call++) await run()
      const took = Number(process.hrtime.bigint() - beganAt) / calls
      if (round >= 0) samples.get(name)?.push(took)
    }
  }
  const timing = ([name, taken]: [Name, number[]]) => {
    const sorted = taken.sort((one, other) => one - other)
    return [name, { p50: sorted[sorted.length >> 1] ?? 0, best: sorted[0] ?? 0 }]
  }
  return Object.fromEntries([...samples].map(timing)) as Record<Name, Timing>
}
