import { existsSync, readdirSync } from 'node:fs'
import type { CloudPartnerAuth } from '@cloud-partner-auth/core'

type ListOfferTypes = (auth?: CloudPartnerAuth) => Promise<unknown>

const folder = new URL('../../examples/', import.meta.url)

/** Every folder of examples/ that has a program. */
export const names: readonly string[] = readdirSync(folder)
  .toSorted()
  .filter(name => existsSync(new URL(`${name}/main.js`, folder)))

/** What each example does with its client. */
export async function examples(): Promise<ReadonlyMap<string, ListOfferTypes>> {
  const programs = names.map(async (name): Promise<[string, ListOfferTypes]> => {
    const { listOfferTypes } = await import(new URL(`${name}/main.js`, folder).href)
    return [name, listOfferTypes]
  })
  return new Map(await Promise.all(programs))
}
