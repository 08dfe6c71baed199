import { styleText } from 'node:util'
import { cloudPartnerAuth } from '@cloud-partner-auth/core'
import { examples } from './examples.ts'

/** Runs the examples against the real service, with one auth; resolves with the exit code. */
export async function live(): Promise<number> {
  let tokenRequests = 0
  let failed = 0
  try {
    const auth = cloudPartnerAuth({
      observe: event => {
        if (event.type === 'token_acquired' || event.type === 'acquisition_failed') tokenRequests++
      },
    })
    await auth.ready()
    for (const [client, listOfferTypes] of await examples()) {
      try {
        const offerTypes = await listOfferTypes(auth)
        console.log(`${styleText('green', '✓')} ${client}: ${count(offerTypes)}`)
      } catch (error) {
        failed++
        console.log(`${styleText('red', '✗')} ${client}: ${(error as Error).message}`)
      }
    }
  } catch (error) {
    console.error((error as Error).message)
    return 1
  }
  console.log(`Acquisitions made: ${tokenRequests}`)
  return failed === 0 && tokenRequests === 1 ? 0 : 1
}

function count(answer: unknown): string {
  return Array.isArray(answer) ? `${answer.length} offer types` : 'an answer that is no list'
}
