// The demo against the emulator. Its environment holds no AZURE_* and no proxy setting but the emulator's own.
import { readFileSync } from 'node:fs'
import { styleText } from 'node:util'
import {
  type Api,
  cloudPartnerAuth,
  cloudPartnerPortal,
  marketplace,
  partnerCenterAnalytics,
  partnerCenterSubmission,
  presets,
  productIngestion,
} from '@cloud-partner-auth/core'
import { startEmulator } from '@cloud-partner-auth/emulator'
import { cloudPartnerFetch } from '@cloud-partner-auth/fetch'
import { examples } from './examples.ts'

const clients = [...(await examples())]
let broken = 0

const emulator = await startEmulator()
Object.assign(process.env, emulator.env)
const [faultScript] = process.argv.slice(2)
if (faultScript !== undefined) {
  for (const fault of JSON.parse(readFileSync(faultScript, 'utf8'))) emulator.faults.add(fault)
}

console.log(`Authority and six APIs: ${emulator.origin} (emulated)\n`)
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

heading('Six APIs, one client, the same auth')
const calls: readonly (readonly [Api, string])[] = [
  [cloudPartnerPortal, '/api/publishers'],
  [productIngestion, '/product'],
  [partnerCenterSubmission, '/products'],
  [marketplace, '/api/saas/subscriptions'],
  [marketplace, '/api/usageEvents?usageStartDate=2026-01-01'],
  [partnerCenterAnalytics, '/v1/cmp/ScheduledReport'],
]
const send = cloudPartnerFetch(auth)
const tokensHeld = 1
const [requestsBefore, tokensBefore] = [emulator.requests.length, emulator.tokenRequests.length]
for (const [{ name, baseUrl }, path] of calls) {
  const { status } = await send(`${baseUrl}${path}`)
  promise(`${name} answered ${status}`, status === 200)
  const request = emulator.requests.at(-1)
  if (request) show(request)
}
const sixth = emulator.requests.slice(requestsBefore)
promise('each API got the token of its own audience', isOwnAudience(sixth))
const more = emulator.tokenRequests.length - tokensBefore
promise(
  `token requests: ${more} more, promised: ${presets.length - tokensHeld}, one for each audience that is new`,
  more === presets.length - tokensHeld,
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

/** Whether each request carried a token for the API it was for, as the presets have it. */
function isOwnAudience(requests: typeof emulator.requests): boolean {
  return requests.every(({ token }, index) => token?.claims['aud'] === calls[index]?.[0].audience)
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
