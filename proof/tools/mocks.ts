import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { app, programs, run } from './app.ts'
import type { Trial } from './trial.ts'

const mocks = ['axios-mock-adapter@2', 'fetch-mock@12', 'msw@3', 'nock@15']

/** The mocks that tests have, with the clients that they are for. */
export function mocked(tarballs: Readonly<Record<string, string>>): readonly Trial[] {
  return [
    {
      group: 'Mocks',
      name: 'axios-mock-adapter, fetch-mock, MSW, nock, undici’s MockAgent',
      async run() {
        const clients = ['axios', 'got', 'ky', 'undici']
        const at = await app('mocks', [...Object.values(tarballs), ...clients, ...mocks])
        cpSync(join(programs, 'tests/mocks.mjs'), join(at, 'mocks.mjs'))
        await run(process.execPath, ['--test', 'mocks.mjs'], { cwd: at })
        return 'each with every client that it can answer'
      },
    },
  ]
}
