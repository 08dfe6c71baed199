import { cloudPartnerAuth, tokenEndpoint } from '@cloud-partner-auth/core'
import type { Measured } from '../measured.ts'
import {
  azureIdentity,
  bearerPolicy,
  msalApplication,
  msalNode,
  ours,
  type Peer,
  scope,
} from '../peers/peers.ts'
import { audience, clientId, secret, tenantId, type Wire, wire } from '../peers/wire.ts'

const minute = 60_000
const refusals = 1_000

export async function badDays(): Promise<Measured> {
  const outage = await duringAnOutage()
  const late = await lateRefusals()
  const failures = Number(outage[0]?.[1])
  return {
    findings: [
      {
        promise: 'Authority down within the lifetime of the token: no request fails',
        figure: `${failures} of 1,000 failed`,
        held: failures === 0,
      },
      {
        promise: '1,000 late 401s make 1 token request',
        figure: `${late.core} token requests`,
        held: late.core === 1,
      },
    ],
    tables: [
      {
        title: 'Authority down from minute 20 to minute 59 of a token of an hour, 1,000 calls',
        head: ['', 'calls failed', 'token requests'],
        rows: outage,
      },
      {
        title: '1,000 late 401s on one token, half of them at once',
        head: ['', 'token requests'],
        rows: [
          ['core', String(late.core)],
          ['msal-node, skipCache after each 401', late.msal.toLocaleString('en')],
        ],
      },
    ],
  }
}

/** Moves the clock by replacing `Date`, which all of them read. The authority asks for renewal after half a token's life. */
async function duringAnOutage(): Promise<string[][]> {
  const peers: Readonly<Record<string, (wire: Wire) => Peer>> = {
    core: ours,
    'msal-node': msalNode,
    '@azure/identity': azureIdentity,
    'core-rest-pipeline, bearer policy': bearerPolicy,
  }
  const rows: string[][] = []
  const { Date: RealDate } = globalThis
  for (const [name, make] of Object.entries(peers)) {
    const authority = wire({ refreshIn: 1_800 })
    const peer = make(authority)
    let offset = 0
    globalThis.Date = class extends RealDate {
      constructor(...parts: [] | [string]) {
        super(...((parts.length > 0 ? parts : [RealDate.now() + offset]) as [number]))
      }
      static override now() {
        return RealDate.now() + offset
      }
    } as DateConstructor // with those of its parts that are called
    try {
      await peer.get()
      authority.count = 0
      authority.down = true
      let failed = 0
      for (let call = 0; call < 1_000; call++) {
        offset = (20 + (39 * call) / 1_000) * minute
        await peer.get().catch(() => failed++)
      }
      rows.push([name, String(failed), authority.count.toLocaleString('en')])
    } finally {
      globalThis.Date = RealDate
    }
  }
  return rows
}

async function lateRefusals() {
  const authority = wire({ latency: 5 })
  const credential = tokenEndpoint({ tenantId, clientId, secret, fetch: authority.fetch })
  const source = cloudPartnerAuth({ credential }).covering(`${audience}/`)?.source
  if (!source) throw new Error('the portal is covered')
  const refused = await source.get()
  await Promise.all(Array.from({ length: refusals / 2 }, () => source.renew(refused)))
  for (let late = 0; late < refusals / 2; late++) await source.renew(refused)

  const theirs = wire({ latency: 5 })
  const application = msalApplication(theirs)
  const renew = () =>
    application.acquireTokenByClientCredential({ scopes: [scope], skipCache: true })
  await application.acquireTokenByClientCredential({ scopes: [scope] })
  await Promise.all(Array.from({ length: refusals / 2 }, renew))
  for (let late = 0; late < refusals / 2; late++) await renew()
  return { core: authority.count - 1, msal: theirs.count - 1 }
}
