import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { folder, run } from './app.ts'
import type { Trial } from './trial.ts'

const programs = {
  'used.mjs': `import { cloudPartnerAuth, cloudPartnerFetch, cloudPartnerPortal } from '@cloud-partner-auth/fetch'
import { cloudPartnerInterceptor } from '@cloud-partner-auth/axios'
cloudPartnerInterceptor(cloudPartnerAuth())
console.log((await cloudPartnerFetch(cloudPartnerAuth())(cloudPartnerPortal.baseUrl + '/api/offerTypes')).status)`,
  'used.cjs': `const { cloudPartnerAuth, cloudPartnerInterceptor, cloudPartnerPortal } = require('@cloud-partner-auth/axios')
const portal = require('axios').create({ baseURL: cloudPartnerPortal.baseUrl })
portal.interceptors.request.use(cloudPartnerInterceptor(cloudPartnerAuth()))
portal.get('/api/offerTypes').then(({ status }) => console.log(status))`,
}

/** Managers that let a package load only what it says it needs. */
export function packageManagers(
  tarballs: Readonly<Record<string, string>>,
  toolchains: string,
  env: Readonly<Record<string, string>>,
): readonly Trial[] {
  // Ours are in no registry: wherever one of them is named, its tarball is meant.
  const ours = Object.fromEntries(
    Object.entries(tarballs).map(([name, file]) => [`@cloud-partner-auth/${name}`, `file:${file}`]),
  )
  const of = (name: string, manifest: object, files: Readonly<Record<string, string>>) => {
    const at = join(folder, name)
    mkdirSync(at)
    const dependencies = {
      '@cloud-partner-auth/axios': ours['@cloud-partner-auth/axios'],
      '@cloud-partner-auth/fetch': ours['@cloud-partner-auth/fetch'],
      axios: '^1.20.0',
    }
    writeFileSync(
      join(at, 'package.json'),
      JSON.stringify({ name: 'app', private: true, dependencies, ...manifest }),
    )
    for (const [file, text] of Object.entries({ ...files, ...programs }))
      writeFileSync(join(at, file), text)
    return at
  }
  return [
    {
      group: 'Package managers',
      name: 'pnpm 10, nothing hoisted',
      async run() {
        const at = of('pnpm', { pnpm: { overrides: ours } }, { '.npmrc': 'hoist=false\n' })
        await run(
          process.execPath,
          [join(toolchains, 'pnpm/bin/pnpm.cjs'), 'install', '--prefer-offline'],
          { cwd: at },
        )
        for (const file of Object.keys(programs))
          assert.equal((await run(process.execPath, [file], { cwd: at, env })).trim(), '200', file)
        return undefined
      },
    },
    {
      group: 'Package managers',
      name: 'Yarn 4, Plug’n’Play',
      async run() {
        const registry = (
          await run('npm', ['config', 'get', 'registry', '--silent'], { cwd: folder })
        )
          .trim()
          .split('\n')
          .at(-1)
        const settings = `nodeLinker: pnp\nenableTelemetry: false\nenableGlobalCache: false\nnpmRegistryServer: ${registry}\nunsafeHttpWhitelist: ["*"]\nenableImmutableInstalls: false\n`
        const at = of('yarn', { resolutions: ours }, { '.yarnrc.yml': settings, 'yarn.lock': '' })
        const yarn = join(toolchains, '@yarnpkg/cli-dist/bin/yarn.js')
        await run(process.execPath, [yarn, 'install'], { cwd: at })
        for (const file of Object.keys(programs))
          assert.equal(
            (await run(process.execPath, [yarn, 'node', file], { cwd: at, env })).trim(),
            '200',
            file,
          )
        return undefined
      },
    },
  ]
}
