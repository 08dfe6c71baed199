// One process of a real fleet. It is ready before the scenario begins, and does what it is told over the IPC channel.
import {
  type CloudPartnerAuth,
  cloudPartnerAuth,
  encrypted,
  isCloudPartnerAuthError,
  tokenEndpoint,
} from '@cloud-partner-auth/core'
import { authorized } from '@cloud-partner-auth/core/adapter'
import { redisStore } from '@cloud-partner-auth/redis'
import { Redis } from 'ioredis'

export type Order =
  | { readonly type: 'start'; readonly period: number }
  | { readonly type: 'period'; readonly period: number }
  | { readonly type: 'request' | 'replaceSecret' | 'stop' }
export type Report =
  | { readonly type: 'ready' | 'began' | 'asked' | 'served'; readonly at: number }
  | { readonly type: 'told'; readonly at: number; readonly beganAt: number }
  | {
      readonly type: 'failed'
      readonly at: number
      readonly beganAt: number
      readonly what: string
    }

const env = process.env as Record<string, string>
const off = Number(env['CLOCK_OFF'])
const realNow = Date.now
Date.now = () => realNow() + off

let secret = env['FIRST_SECRET']
let period = 0

const client = new Redis(env['REDIS_URL'] ?? '', { maxRetriesPerRequest: 0 })
client.on('error', () => {})
// One that is cut off from its server is ready when it has found that out.
const connected = new Promise<void>(resolve => client.once('ready', resolve).once('close', resolve))
const auth = cloudPartnerAuth({
  credential: tokenEndpoint({
    tenantId: env['AZURE_TENANT_ID'] ?? '',
    clientId: env['AZURE_CLIENT_ID'] ?? '',
    secret: () => secret ?? '',
    authorityHost: env['AUTHORITY'] ?? '',
    async fetch(...args) {
      const beganAt = realNow()
      tell({ type: 'asked', at: beganAt })
      const response = await fetch(...args)
      tell({ type: 'told', at: realNow(), beganAt })
      return response
    },
  }),
  // Hundreds of processes on a few cores keep each other waiting, which is not what is measured.
  store: encrypted(redisStore(client, { timeLimit: 10_000 }), env['TOKEN_STORE_KEY'] ?? ''),
})

process.on('message', (order: Order) => {
  if ('period' in order) period = order.period
  if (order.type === 'start') again()
  if (order.type === 'request') request()
  if (order.type === 'replaceSecret') secret = env['AZURE_CLIENT_SECRET']
  if (order.type === 'stop') process.exit()
})
process.on('disconnect', () => process.exit())
await Promise.all([connected, warmUp()])
tell({ type: 'ready', at: realNow() })

function again(): void {
  request()
  setTimeout(again, period * (0.5 + Math.random()))
}

function request(): void {
  const beganAt = realNow()
  const failed = (what: string) => tell({ type: 'failed', at: realNow(), beganAt, what })
  tell({ type: 'began', at: beganAt })
  answered(auth).then(
    status => (status === 200 ? tell({ type: 'served', at: realNow() }) : failed(String(status))),
    thrown => failed(isCloudPartnerAuthError(thrown) ? thrown.code : String(thrown)),
  )
}

/** So that what is measured is a fleet, and not how two cores compile a program two hundred times. */
async function warmUp(): Promise<void> {
  const own = cloudPartnerAuth({
    credential: tokenEndpoint({
      tenantId: env['AZURE_TENANT_ID'] ?? '',
      clientId: env['AZURE_CLIENT_ID'] ?? '',
      secret: env['AZURE_CLIENT_SECRET'] ?? '',
    }),
  })
  await answered(own)
}

async function answered(auth: CloudPartnerAuth): Promise<number> {
  const response = await authorized<Response>(auth, {
    url: `${env['CLOUD_PARTNER_EMULATOR']}/api/publishers`,
    authorizationSet: false,
    send: ({ url, authorization }) =>
      fetch(url, { headers: authorization === undefined ? {} : { authorization } }),
    answer: ({ status, url }) => ({ status, url, replayable: true }),
    discard: ({ body }) => body?.cancel(),
  })
  await response.arrayBuffer()
  return response.status
}

function tell(report: Report): void {
  process.send?.(report)
}
