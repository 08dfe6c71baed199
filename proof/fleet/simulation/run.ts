// Plays one scenario with one size of fleet in a process of its own, and prints its figures.
import { tokenEndpoint } from '@cloud-partner-auth/core'
import { scenarios } from '../scenarios.ts'
import { simulated } from './simulated.ts'

const [name = '', plan = '{}'] = process.argv.slice(2)
const scenario = scenarios[name]
if (!scenario) throw new TypeError(`There is no scenario "${name}"`)
await loadWhatIsLoadedLate()
console.log(JSON.stringify(await simulated(scenario, JSON.parse(plan))))

/** The table of AADSTS codes comes from the disk, in which no virtual time passes. */
async function loadWhatIsLoadedLate(): Promise<void> {
  const refused = { error: 'invalid_client', error_codes: [7000215] }
  const credential = tokenEndpoint({
    tenantId: 'contoso.example',
    clientId: '00000000-0000-4000-8000-000000000000',
    secret: 'any',
    fetch: async () => new Response(JSON.stringify(refused), { status: 401 }),
  })
  const { signal } = new AbortController()
  await credential.acquire({ audience: 'https://api.example', signal }).catch(() => {})
}
