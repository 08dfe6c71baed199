// The demo against the emulator. Its environment holds no AZURE_* and no proxy setting but the emulator's own.
import { readFileSync } from 'node:fs'
import { styleText } from 'node:util'
import { cloudPartnerAuth } from '@cloud-partner-auth/core'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { examples } from './examples.ts'

const clients = [...(await examples())]
let broken = 0

const emulator = await startEmulator()
Object.assign(process.env, emulator.env)
const [faultScript] = process.argv.slice(2)
if (faultScript !== undefined) {
  for (const fault of JSON.parse(readFileSync(faultScript, 'utf8'))) emulator.faults.add(fault)
}

console.log(`Authority and portal: ${emulator.origin} (emulated)\n`)
const auth = cloudPartnerAuth()

heading(`${clients.length} clients, one after the other`)
for (const [client, listOfferTypes] of clients) {
  const before = emulator.requests.length
  await attempt(client, () => listOfferTypes(auth))
  for (const request of emulator.requests.slice(before)) show(request)
}
promise(
  'each request carried the api-version of its path',
  emulator.requests.length === clients.length &&
    emulator.requests.every(request => request.apiVersion === '2016-08-01-preview'),
)
promise('one token, used by all of them', tokensSeen() === 1)
promise(
  `token requests: ${emulator.tokenRequests.length}, promised: 1`,
  emulator.tokenRequests.length === 1,
)

heading('The token is revoked; all of them call at once')
const before = emulator.requests.length
emulator.revokeTokens()
await Promise.all(
  clients.map(([client, listOfferTypes]) => attempt(client, () => listOfferTypes(auth))),
)
const after = emulator.requests.slice(before)
for (const request of after) show(request)
promise(
  'each was refused once and sent once more',
  answered(after, 401) === clients.length && answered(after, 200) === clients.length,
)
promise(
  `token requests: ${emulator.tokenRequests.length - 1} more, promised: 1`,
  emulator.tokenRequests.length === 2,
)

console.log(
  broken === 0
    ? styleText('green', '\nAll as promised.')
    : styleText('red', `\n${broken} not as promised.`),
)
process.exitCode = broken === 0 ? 0 : 1
await emulator.close()

async function attempt(client: string, listOfferTypes: () => Promise<unknown>): Promise<void> {
  try {
    const offerTypes = await listOfferTypes()
    if (!Array.isArray(offerTypes) || offerTypes.length === 0)
      throw new Error('no offer types in the answer')
    promise(`${client} received ${offerTypes.length} offer types`, true)
  } catch (error) {
    promise(`${client} received its offer types (${(error as Error).message})`, false)
  }
}

function show(request: (typeof emulator.requests)[number]): void {
  const token = request.token ? `Bearer token ${tokenNumber(request.token.id)}` : 'no token'
  const refused = request.refused ? ` (${request.refused})` : ''
  console.log(
    styleText(
      'dim',
      `    ${request.method} ${request.url}, ${token} → ${request.status}${refused}`,
    ),
  )
}

function tokenNumber(id: string): number {
  return (
    emulator.tokenRequests
      .filter(request => request.tokenId)
      .findIndex(request => request.tokenId === id) + 1
  )
}

function tokensSeen(): number {
  return new Set(emulator.requests.map(request => request.token?.id)).size
}

function answered(requests: readonly { readonly status: number }[], status: number): number {
  return requests.filter(request => request.status === status).length
}

function heading(text: string): void {
  console.log(`\n${styleText('bold', text)}`)
}

function promise(text: string, held: boolean): void {
  if (!held) broken++
  console.log(`${held ? styleText('green', '  ✓') : styleText('red', '  ✗')} ${text}`)
}
