import { execFile } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
// Below the root, so that a program finds the packages as an app would.
const folder = `${root}node_modules/.cache/documented-types/`
afterAll(() => rmSync(folder, { recursive: true }))

/** What the text around a part of a program has made already. */
const given = `
type Core = typeof import('@cloud-partner-auth/core')
type Auth = ReturnType<Core['cloudPartnerAuth']>
declare const auth: Auth
declare const authOf: (path: string) => Auth
declare const cloudPartnerAuth: Core['cloudPartnerAuth']
declare const clientSecret: Core['clientSecret']
declare const cloudPartnerFactory: typeof import('@cloud-partner-auth/undici')['cloudPartnerFactory']
declare const cloudPartnerInterceptor: typeof import('@cloud-partner-auth/undici')['cloudPartnerInterceptor']
declare const Agent: typeof import('undici')['Agent']
declare const Pool: typeof import('undici')['Pool']
declare const interceptors: typeof import('undici')['interceptors']
declare const mockAgent: import('undici').MockAgent
declare const factory: import('@cloud-partner-auth/undici').CloudPartnerFactory<import('undici').Pool>
declare const tenantId: string | undefined, clientId: string | undefined, secret: string | undefined
declare const cert: string, key: string, url: string, origin: string
declare const signal: AbortSignal
declare const client: {
  send(url: string, authorization: string | undefined): Promise<{
    status: number; url: string; headers: Record<string, string>; body: { cancel(): void }
  }>
}
`

const options = { noEmit: true, rootDir: root, isolatedModules: false, verbatimModuleSyntax: false }

describe.each([
  { pages: ['README.md', 'packages/*/README.md'], as: 'mts', how: options },
  {
    pages: ['docs/*.md'],
    as: 'mjs',
    how: {
      ...options,
      checkJs: true,
      lib: ['es2024', 'dom', 'dom.iterable'],
      noImplicitAny: false,
      exactOptionalPropertyTypes: false,
    },
  },
])('the programs of $pages', ({ pages, as, how }) => {
  it(`are sound to a strict TypeScript, as .${as}`, async () => {
    const at = `${folder}${as}/`
    mkdirSync(at, { recursive: true })
    const programs = globSync(pages, { cwd: root }).flatMap(page =>
      [...readFileSync(`${root}${page}`, 'utf8').matchAll(/^```(?:js|ts)\n(.*?)^```$/gms)].map(
        ([, code = ''], index) => ({ code, name: `${page.replaceAll('/', '-')}-${index + 1}` }),
      ),
    )
    expect(programs.length).toBeGreaterThan(9)
    for (const { name, code } of programs) {
      // openapi-fetch knows no path without the types that it generates of a description.
      if (code.includes("from 'openapi-fetch'")) continue
      writeFileSync(`${at}${name}.${as}`, `${code}export {}\n`)
    }
    writeFileSync(`${at}given.d.ts`, given)
    const config = { extends: `${root}tsconfig.base.json`, compilerOptions: how, include: ['*'] }
    writeFileSync(`${at}tsconfig.json`, JSON.stringify({ ...config, exclude: [] }))
    const tsc = `${root}node_modules/typescript/bin/tsc`
    const run = promisify(execFile)(process.execPath, [tsc, '-p', at], { cwd: at })
    expect(
      await run.then(
        () => '',
        ({ stdout }) => stdout,
      ),
    ).toBe('')
  })
})
