import assert from 'node:assert/strict'
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Package, packages } from '../../tools/packages.ts'
import { app, run } from './app.ts'
import type { Trial } from './trial.ts'

export interface InstalledSize {
  readonly name: string
  /** Bytes of all files that npm installs for it, without its client. */
  readonly whole: number
  /** Without optional dependencies, which is without MSAL. */
  readonly withoutOptional: number
}

/** Installs each package by itself, with and without what is optional. */
export async function installedSizes(
  tarballs: Readonly<Record<string, string>>,
): Promise<readonly InstalledSize[]> {
  const sizes: InstalledSize[] = []
  for (const one of packages) {
    const needed = closure(one).map(({ name }) => tarballs[name] ?? '')
    const sizeOf = async (suffix: string, ...flags: string[]) => {
      const at = await app(`size-${one.name}-${suffix}`, needed, '--omit=peer', ...flags)
      const bytes = bytesIn(join(at, 'node_modules'))
      rmSync(at, { recursive: true })
      return bytes
    }
    const whole = await sizeOf('whole')
    sizes.push({ name: one.name, whole, withoutOptional: await sizeOf('part', '--omit=optional') })
  }
  return sizes
}

function closure(one: Package): readonly Package[] {
  const own = packages.filter(({ manifest }) => manifest.name in (one.manifest.dependencies ?? {}))
  return [...new Set([one, ...own.flatMap(closure)])]
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
}

/** An application that was installed with `--omit=optional`. */
export function withoutMsal(
  tarballs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): readonly Trial[] {
  return [
    {
      group: 'Package managers',
      name: 'npm, --omit=optional: no MSAL',
      async run() {
        const at = await app('no-msal', [tarballs['core'] ?? ''], '--omit=optional')
        const program = (kind: string) => `${
          kind === 'mjs'
            ? "import { clientSecret, cloudPartnerAuth, tokenEndpoint } from '@cloud-partner-auth/core'"
            : "const { clientSecret, cloudPartnerAuth, tokenEndpoint } = require('@cloud-partner-auth/core')"
        }
const { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret } = process.env
for (const made of [tokenEndpoint, clientSecret])
  cloudPartnerAuth({ credential: made({ tenantId, clientId, secret }) }).ready().then(
    () => console.log('a token of', made.name),
    ({ message }) => console.log(message),
  )`
        for (const kind of ['mjs', 'cjs']) {
          writeFileSync(join(at, `main.${kind}`), program(kind))
          const printed = await run(process.execPath, [join(at, `main.${kind}`)], { cwd: at, env })
          assert.match(printed, /a token of tokenEndpoint/)
          assert.match(printed, /npm install @azure\/msal-node.*tokenEndpoint\(\)/)
        }
        return 'tokenEndpoint() works, clientSecret() says both ways'
      },
    },
  ]
}
