import type { Finding } from '../../finding.ts'
import { interleaved } from '../interleaved.ts'
import type { Extent, Measured } from '../measured.ts'
import { clients, variantsOf } from '../variants/clients.ts'
import { withApiServer } from '../variants/with-api-server.ts'

/** The time of a request over keep-alive loopback: bare, with a hook written by hand, and with the adapter. */
export async function perRequest({ quick }: Extent): Promise<Measured> {
  const rows: string[][] = []
  const findings: Finding[] = []
  const compared: string[] = []
  const series: Record<string, number[]> = { bare: [], 'by hand': [], adapter: [] }
  await withApiServer(async origin => {
    for (const client of clients) {
      const variants = await variantsOf(client, origin)
      const hook = variants.byHand
      if (!hook) continue
      compared.push(client)
      const { bare, byHand, again, adapter } = await interleaved(
        { ...variants, byHand: hook, again: hook },
        { rounds: quick ? 2_000 : 4_000 },
      )
      series['bare']?.push(bare.p50)
      series['by hand']?.push(byHand.p50)
      series['adapter']?.push(adapter.p50)
      const more = percent(adapter.p50, byHand.p50)
      const shown = `${(Math.ceil(more * 10) / 10).toFixed(1)} %`
      rows.push([
        client,
        ...[bare, byHand, adapter].map(({ p50 }) => `${(p50 / 1_000).toFixed(1)} µs`),
        shown,
        `${percent(again.p50, byHand.p50).toFixed(1)} %`,
      ])
      const held = more <= 2
      findings.push({
        promise: `${client}: within 2 % of a hook written by hand`,
        figure: shown,
        held,
        ...(!held && { because: reason(client) }),
      })
    }
  })
  return {
    findings,
    tables: [
      {
        title: 'One request over keep-alive loopback, middle of all samples',
        head: ['client', 'bare', 'hook by hand', 'adapter', 'adapter to hook', 'hook to itself'],
        rows,
      },
    ],
    charts: [
      {
        name: 'per-request',
        title: 'One request over keep-alive loopback',
        unit: 'ns',
        categories: compared,
        series,
      },
    ],
  }
}

function percent(one: number, other: number): number {
  return (one / other - 1) * 100
}

function reason(client: string): string {
  if (client === 'axios')
    return 'A second config below the caller’s own, and the waiting that time-out and cancellation end.'
  if (client === 'got')
    return 'A third is token and version; the rest lends the token to Node’s request only, hides that from loggers and looks at its answer.'
  if (client === 'ky')
    return 'Hooks that follow the body of each attempt, and a Request made below ky’s own.'
  if (client.startsWith('fetch'))
    return 'The record of what is needed to judge the answer and to send again.'
  return 'Not looked into.'
}
