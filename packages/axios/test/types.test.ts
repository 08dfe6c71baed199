import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url))

/** What an application writes: no cast, and the inference of axios as it was. */
const consumer = `
import axios from 'axios'
import { cloudPartnerAuth, cloudPartnerInterceptor, type CloudPartnerAuth } from '@cloud-partner-auth/axios'

const auth: CloudPartnerAuth = cloudPartnerAuth()
const client = axios.create()
const id: number = client.interceptors.request.use(cloudPartnerInterceptor(auth))
client.interceptors.request.eject(id)
export const name = (): Promise<string> => client.get<{ name: string }>('/').then(({ data }) => data.name)
// @ts-expect-error: it is a string
export const wrong = (): Promise<number> => client.get<{ name: string }>('/').then(({ data }) => data.name)
// @ts-expect-error: the interceptor is made of an auth
cloudPartnerInterceptor({})
`

describe('the built package, for a strict TypeScript application', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consumer-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.each(
    ['axios-1.5', 'axios'].flatMap(axios => [
      [axios, 'mts', 'index.d.ts'] as const,
      [axios, 'cts', 'index.d.cts'] as const,
    ]),
  )('fits %s in a .%s file', async (axios, extension, types) => {
    const installed = dirname(fileURLToPath(import.meta.resolve(axios)))
    const config = {
      extends: fileURLToPath(new URL('../../../tsconfig.base.json', import.meta.url)),
      compilerOptions: {
        types: [],
        lib: ['es2023', 'dom', 'dom.iterable'],
        esModuleInterop: true,
        verbatimModuleSyntax: false,
        paths: {
          axios: [join(installed, types)],
          '@cloud-partner-auth/axios': [
            fileURLToPath(new URL(`../dist/index.d.${extension}`, import.meta.url)),
          ],
        },
      },
      files: [`consumer.${extension}`],
    }
    await writeFile(join(folder, `consumer.${extension}`), consumer)
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
    const { stdout } = await run(process.execPath, [tsc, '-p', folder]).catch(error => error)
    expect(stdout).toBe('')
  })
})
