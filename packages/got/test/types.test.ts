import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))

/** What an application writes: no cast, and the inference of got as it was. */
const consumer = (importing: string) => `
${importing}
import { cloudPartnerAuth, cloudPartnerHooks, type CloudPartnerAuth } from '@cloud-partner-auth/got'

const auth: CloudPartnerAuth = cloudPartnerAuth()
const client: typeof got = got.extend(cloudPartnerHooks(auth), { retry: { limit: 1 } })
export const name = (): Promise<string> => client('/').json<{ name: string }>().then(({ name }) => name)
export const body = (): Promise<string> => client.post('/', { json: {} }).then(({ body }) => body)
// @ts-expect-error: it is a string
export const wrong = (): Promise<number> => client('/').json<{ name: string }>().then(({ name }) => name)
// @ts-expect-error: the hooks are made of an auth
cloudPartnerHooks({})
`

const bare = "import got from 'got'"

describe('the built package, for a strict TypeScript application', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consumer-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.each([
    ['got-11', 'cts', bare],
    ['got-11', 'mts', "import module from 'got'\nconst got = module.default"], // as its types have it
    ['got-12', 'mts', bare],
    ['got-13', 'mts', bare],
    ['got-14', 'mts', bare],
    ['got-15', 'mts', bare],
    ['got', 'mts', bare],
  ])('fits %s in a .%s file', async (got, extension, importing) => {
    const entry = dirname(fileURLToPath(import.meta.resolve(got)))
    const config = {
      extends: fileURLToPath(new URL('../../../tsconfig.base.json', import.meta.url)),
      compilerOptions: {
        typeRoots: [fileURLToPath(new URL('../../../node_modules/@types', import.meta.url))],
        lib: ['es2023', 'dom', 'dom.iterable'],
        esModuleInterop: true,
        verbatimModuleSyntax: false,
        paths: {
          got: [join(entry, 'index.d.ts')],
          '@cloud-partner-auth/got': [
            fileURLToPath(new URL(`../dist/index.d.${extension}`, import.meta.url)),
          ],
        },
      },
      files: [`consumer.${extension}`],
    }
    await writeFile(join(folder, `consumer.${extension}`), consumer(importing))
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch(error => error)
    expect(stdout).toBe('')
  })
})
