import { cloudPartnerAuth, isCloudPartnerAuthError, tokenEndpoint } from '@cloud-partner-auth/core'
import { authorized } from '@cloud-partner-auth/core/adapter'
import type { FailedRequest, FleetProcess, ProcessOptions } from '../stage.ts'
import type { VirtualAuthority } from './virtual-authority.ts'
import type { VirtualRedis } from './virtual-redis.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface VirtualProcess extends FleetProcess {
  readonly running: boolean
  /** How many requests it began since the begin, … */
  readonly requests: number
  /** … and which of them failed. */
  readonly failures: readonly FailedRequest[]
  /** Forgets what was until now. */
  begin(): void
}

export interface World {
  readonly time: VirtualTime
  /** Absent where each process is on its own. */
  readonly redis: VirtualRedis | undefined
  readonly authority: VirtualAuthority
}

const origin = 'https://cloudpartner.azure.com'

/**
 * One process of a fleet, started now: everything of it is real but for its clocks, its network and its load, which is
 * a request at once and another one every `period` milliseconds or so.
 */
export function virtualProcess(
  { time, redis, authority }: World,
  load: { readonly period: number },
  { secret: given = 'right', clockOff = 0, cutOff }: ProcessOptions,
): VirtualProcess {
  const failures: FailedRequest[] = []
  let requests = 0
  let secret: string = given
  let beganAt = 0
  let servedAt: number | undefined
  let running = true

  return time.asProcess(clockOff, () => {
    const auth = cloudPartnerAuth({
      credential: tokenEndpoint({
        tenantId: 'contoso.example',
        clientId: '00000000-0000-4000-8000-000000000000',
        secret: () => secret,
        authorityHost: 'https://login.example',
        fetch: authority.fetch({ cutOff: cutOff === 'authority' }),
      }),
      ...(redis && { store: redis.store({ cutOff: cutOff === 'redis' }) }),
    })

    async function answered(): Promise<void> {
      const status = await authorized<200 | 401>(auth, {
        url: `${origin}/api/publishers`,
        authorizationSet: false,
        send: async ({ authorization }) => authority.answer(authorization),
        answer: status => ({ status, url: origin, replayable: true }),
        discard: () => {},
      })
      if (status !== 200) throw new Error(String(status))
      servedAt ??= time.now
    }

    function request(): void {
      const after = time.now - beganAt
      requests++
      answered().catch(thrown => {
        const what = isCloudPartnerAuthError(thrown) ? thrown.code : String(thrown)
        failures.push({ after, what })
      })
    }

    function again(): void {
      if (!running) return
      request()
      setTimeout(again, load.period * (0.5 + Math.random()))
    }

    again()
    return {
      failures,
      request,
      get requests() {
        return requests
      },
      get running() {
        return running
      },
      get servedAfter() {
        return servedAt === undefined ? undefined : servedAt - beganAt
      },
      begin() {
        beganAt = time.now
        servedAt = undefined
        requests = 0
        failures.length = 0
      },
      replaceSecret() {
        secret = 'right'
      },
      stop() {
        running = false
      },
    }
  })
}
