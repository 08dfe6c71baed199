import type { Measured } from '../measured.ts'
import { azureIdentity, bearerPolicy, msalNode, ours, type Peer } from '../peers/peers.ts'
import { type Wire, wire } from '../peers/wire.ts'

const callers = 1_000
const latency = 50

/** 1,000 callers ask at the same moment while no token is held. The authority takes 50 ms. */
export async function cold(): Promise<Measured> {
  const peers: Readonly<Record<string, (wire: Wire) => Peer>> = {
    core: ours,
    'msal-node': msalNode,
    '@azure/identity': azureIdentity,
    'core-rest-pipeline, bearer policy': bearerPolicy,
  }
  const rows: string[][] = []
  let requests = 0
  for (const [name, make] of Object.entries(peers)) {
    const authority = wire({ latency })
    const peer = make(authority)
    const beganAt = performance.now()
    await Promise.all(Array.from({ length: callers }, () => peer.get()))
    const took = performance.now() - beganAt
    if (name === 'core') requests = authority.count
    rows.push([name, authority.count.toLocaleString('en'), `${Math.ceil(took)} ms`])
  }
  return {
    findings: [
      {
        promise: '1,000 cold callers make 1 token request',
        figure: `${requests} token requests`,
        held: requests === 1,
      },
    ],
    tables: [
      { title: '1,000 cold callers', head: ['', 'token requests', 'to the last answer'], rows },
    ],
    charts: [
      {
        name: 'cold',
        title: 'Token requests of 1,000 cold callers',
        unit: 'requests',
        categories: rows.map(([name = '']) => name),
        series: { requests: rows.map(([, count = '']) => Number(count.replaceAll(',', ''))) },
        logarithmic: true,
      },
    ],
  }
}
