import { describe, expect, it } from 'vitest'
import { findings } from '../findings.ts'
import { playSimulated } from '../plays.ts'
import { type Scenario, scenarios } from '../scenarios.ts'

/** Ten minutes in the long form. */
const outage = 180_000
const cost = { operation: 0.035, roundTrip: 1 }

// A small fleet keeps what a large one is promised, or neither does; "npm run proof -- fleet" plays all of it.
describe.each(['cold', 'revoked', 'busy', 'limited', 'secret', 'half-authority'])('%s', name => {
  it(`is as cheap for a fleet as it is promised: ${(scenarios[name] as Scenario).title}`, async () => {
    const [single, fleet, alone] = await Promise.all([
      playSimulated(name, { size: 1, cost, outage }),
      playSimulated(name, { size: 100, cost, outage }),
      playSimulated(name, { size: 100, cost, outage, shared: false }),
    ])
    const found = findings([{ name, shared: [single, fleet], alone }])
    expect(found.length).toBeGreaterThan(1)
    expect(found.filter(({ held }) => !held)).toEqual([])
  })
})
