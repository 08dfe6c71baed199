import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  accessToken,
  cloudPartnerAuth,
  cloudPartnerPortal,
  presets,
} from '@cloud-partner-auth/core'
import { interleaved } from '../interleaved.ts'
import type { Extent, Measured } from '../measured.ts'

const script = fileURLToPath(new URL('../variants/accounts.ts', import.meta.url))
const promised = 2_048
const url = 'https://cloudpartner.azure.com/api/offerTypes?api-version=2016-08-01-preview'

/** What an account weighs, of a thousand in one process, and what it costs to cover all presets and not one Api. */
export async function accounts({ quick }: Extent): Promise<Measured> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  })
  const { unused, used } = JSON.parse(stdout) as { unused: number; used: number } // what it prints
  const apis = [
    { name: 'one', origins: cloudPartnerPortal.origins, audience: cloudPartnerPortal.audience },
  ]
  const [all, one] = [authOf({ apis: presets }), authOf({ apis })]
  const [sourceOfAll, sourceOfOne] = [all, one].map(auth => () => auth.covering(url)?.source)
  for (const source of [sourceOfAll, sourceOfOne]) await source?.()?.get()
  const timings = await interleaved(
    { presets: () => sourceOfAll?.()?.current(), one: () => sourceOfOne?.()?.current() },
    { rounds: quick ? 50 : 200, batch: () => 10_000 },
  )
  const held = used <= promised
  return {
    findings: [
      {
        promise: 'An account of 1,000, with its token: at most 2 KiB of ours',
        figure: bytes(used),
        held,
        ...(!held && {
          because:
            'A third of it are closures and their contexts: an auth has its methods itself, since it may come from another build.',
        }),
      },
    ],
    tables: [
      {
        title: 'An account, of 1,000 in one process, beyond the text of its token',
        head: ['', 'heap'],
        rows: [
          ['that was not used yet', bytes(unused)],
          ['with a token', bytes(used)],
        ],
      },
      {
        title: 'Which Api a URL belongs to, and its held token',
        head: ['Apis', 'middle', 'best'],
        rows: [
          ['all presets', nanoseconds(timings.presets.p50), nanoseconds(timings.presets.best)],
          ['one, of a whole origin', nanoseconds(timings.one.p50), nanoseconds(timings.one.best)],
        ],
      },
    ],
  }
}

function authOf(options: Pick<NonNullable<Parameters<typeof cloudPartnerAuth>[0]>, 'apis'>) {
  const acquire = async () =>
    accessToken({ value: 'token', expiresAt: Date.now() + 24 * 3_600_000 })
  return cloudPartnerAuth({ credential: { acquire }, ...options })
}

function bytes(count: number): string {
  return `${count.toLocaleString('en')} B`
}

function nanoseconds(time: number): string {
  return `${Math.ceil(time)} ns`
}
