// Plays one scenario with real processes, and prints its figures.
import { scenarios } from '../scenarios.ts'
import { real } from './real.ts'

const [name = '', plan = '{}'] = process.argv.slice(2)
const scenario = scenarios[name]
if (!scenario) throw new TypeError(`There is no scenario "${name}"`)
console.log(JSON.stringify(await real(scenario, JSON.parse(plan))))
