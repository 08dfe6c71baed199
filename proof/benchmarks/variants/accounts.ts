// Prints how many bytes of heap an account takes: an auth with a credential of its own that has made none, or one, of the
// Apis' requests. Run with --expose-gc. The token's text is not counted: it is as long as Entra makes it.
import { setImmediate } from 'node:timers/promises'
import { type CloudPartnerAuth, cloudPartnerAuth, tokenEndpoint } from '@cloud-partner-auth/core'

const count = 1_000
const textLength = 1_500
let issued = 0

const unused = await bytesEach(async number => authOf(number))
const used = await bytesEach(async number => {
  const auth = authOf(number)
  await auth.covering('https://cloudpartner.azure.com/api/offerTypes')?.source.get()
  return auth
})
process.stdout.write(JSON.stringify({ unused, used: used - textLength }))

function authOf(number: number): CloudPartnerAuth {
  const credential = tokenEndpoint({
    tenantId: `11111111-2222-3333-4444-${String(number).padStart(12, '0')}`,
    clientId: '66666666-7777-8888-9999-000000000000',
    secret: `secret-${number}`,
    fetch: send,
  })
  return cloudPartnerAuth({ credential })
}

async function send(): Promise<Response> {
  const access_token = `${++issued}.`.padEnd(textLength, 'x')
  return Response.json({ token_type: 'Bearer', expires_in: 3_599, access_token })
}

async function bytesEach(make: (number: number) => Promise<CloudPartnerAuth>): Promise<number> {
  for (let number = 0; number < 50; number++) await make(number)
  const kept = new Array<CloudPartnerAuth>(count)
  const before = await heap()
  for (let number = 0; number < count; number++) kept[number] = await make(number)
  const after = await heap()
  if (kept.length !== count) throw new Error('they are to be held until here')
  return Math.round((after - before) / count)
}

async function heap(): Promise<number> {
  for (let round = 0; round < 5; round++) {
    await setImmediate()
    globalThis.gc?.()
  }
  return process.memoryUsage().heapUsed
}
