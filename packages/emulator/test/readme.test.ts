import { execFile, execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { apis } from '../src/apis.ts'
import { greeting } from '../src/command/greeting.ts'
import { type Fault, type Seed, startEmulator } from '../src/index.ts'
import { exampleRequests } from '../src/page/example-requests.ts'
import { noCurl } from './curl.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${folder}README.md`, 'utf8')
const tests = globSync('test/**/*.test.ts', { cwd: folder })
  .filter(file => !file.endsWith('readme.test.ts'))
  .map(file => readFileSync(folder + file, 'utf8'))
  .join('\n')
const run = promisify(execFile)

/** The code block of a language in which a text stands. */
function block(language: string, text: string): string {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm')
  const found = [...readme.matchAll(fence)].map(([, code = '']) => code)
  return found.find(code => code.includes(text)) ?? `there is no ${text} in ${language}`
}

/** The rows of the table with these headings, as cells. */
function table(...headings: string[]): string[][] {
  const [, rows = ''] = readme.split(`| ${headings.join(' | ')} |\n`)
  const [lines = ''] = rows.split('\n\n')
  return lines
    .split('\n')
    .slice(1)
    .map(line =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map(cell => cell.trim()),
    )
}

const faults = table('type', 'what happens', 'basis', 'test')
const proven = [...table('difference', '`documented`', '`observed`', 'test'), ...faults]

describe('the README', () => {
  it('has a test for every row of its tables', () => {
    expect(proven.length).toBeGreaterThan(15)
    const missing = proven.filter(row => !tests.includes(`'${row.at(-1)}'`))
    expect(missing).toEqual([])
  })

  it('lists every API there is, with what it wants', () => {
    const headings = ['API', 'paths', 'audience of its tokens', 'version', 'refuses a token with']
    const listed = table(...headings).map(([title, paths, audience, version = '', status]) => {
      const [, parameter] = /^`(.+?)=/.exec(version) ?? []
      return { title, paths, audience, parameter, status }
    })
    const existing = apis.map(({ title, paths, audiences, versionParameter, answers }) => ({
      title,
      paths: paths.map(path => `\`${path}\``).join(', '),
      audience: `\`${audiences[0]}\``,
      parameter: versionParameter,
      status: String(answers['unauthorized']?.status),
    }))
    expect(listed).toEqual(existing)
  })

  it('names a version of each API that it takes', () => {
    const rows = table('API', 'paths', 'audience of its tokens', 'version', 'refuses a token with')
    const named = rows.map(([, , , version = '']) => version.slice(1, -1))
    const taken = apis.map(({ name }) => {
      const parameters = new URL(exampleRequests[name], 'http://x').search.slice(1).split('&')
      return parameters.find(one => /version=/.test(one)) ?? ''
    })
    expect(named).toEqual(taken)
  })

  it('lists every control there is', () => {
    const source = readFileSync(`${folder}src/page/page-routes.ts`, 'utf8')
    const existing = [...source.matchAll(/route\('(\w+)', '(\/_emulator[^'*]+)'/g)].map(
      ([, method, path = '']) => `\`${method} ${path.replace(/:(\w+)/g, '{$1}')}\``,
    )
    const listed = table('control', 'what it does').map(([control]) => control)
    expect(listed.sort()).toEqual(existing.sort())
  })

  it('lists every fault there is, each of which can be added', async () => {
    const source = readFileSync(`${folder}src/faults/fault.ts`, 'utf8')
    const existing = new Set([...source.matchAll(/type: '([a-z-]+)'/g)].map(([, type]) => type))
    expect(new Set(faults.map(([type = '']) => type.slice(1, -1)))).toEqual(existing)
  })

  it('has faults and a seed that can be used', async () => {
    const script = JSON.parse(block('json', '"throttle"')) as Fault[]
    const seed = JSON.parse(block('json', '"tenants"')) as Seed
    await using emulator = await startEmulator({ seed })
    for (const fault of script) emulator.faults.add(fault)
    expect(emulator.env['AZURE_CLIENT_SECRET']).toBe('not a secret at all')
    expect(emulator.faults.active).toHaveLength(4)
  })

  it('has an example of seeds, state and reset that runs as it stands', async () => {
    const args = ['--input-type=module-typescript', '--eval', block('ts', 'emulator.reset()')]
    const { stdout } = await run(process.execPath, args, { cwd: folder })
    expect(stdout).toBe('silver 3\n2\n')
  })

  it('has an example for tests that runs as it stands', async () => {
    const example = block('ts', 'access_token')
    const args = ['--input-type=module-typescript', '--eval', example]
    const { stdout } = await run(process.execPath, args, { cwd: folder })
    expect(stdout).toContain("[ 'v2 200' ]")
    expect(stdout).toMatch(
      /'saas 429 \/api\/saas\/subscriptions\/resolve',\s+'saas 200 \/api\/saas\/subscriptions\/resolve'/,
    )
  })

  it('has the configuration of Vitest that the test of the global set-up runs', () => {
    const tested = readFileSync(`${folder}test/global-setup/vitest.config.ts`, 'utf8')
    expect(block('ts', 'globalSetup')).toBe(tested)
  })

  it('lists the options that there are', () => {
    const command = `${folder}bin/cloud-partner-emulator.mjs`
    const help = execFileSync(process.execPath, [command, '--help']).toString()
    const existing = [...help.matchAll(/^ {2}(-.+?) {2}/gm)].map(([, option]) => option)
    const listed = table('option', 'what it does').map(([option = '']) => option.slice(1, -1))
    expect(listed.slice(1).sort()).toEqual(existing.sort())
  })

  it('shows what the command prints and the commands that there are', async () => {
    await using emulator = await startEmulator()
    const printed = greeting(emulator, emulator.env, new PassThrough())
    const shown = printed.replaceAll(emulator.origin, 'http://127.0.0.1:4180')
    const hidden = shown.replace(/(?<=(_ID|_SECRET)=')[^']+/g, '…')
    expect(hidden).toContain(block('console', 'Cloud Partner emulator on'))
    const [, command = ''] = /^npx (.+) npm test$/m.exec(block('sh', '-- npm test')) ?? []
    const args = [
      '--offline',
      ...command.split(' '),
      process.execPath,
      '-p',
      'process.env.CLOUD_PARTNER_EMULATOR',
    ]
    expect((await run('npx', args, { cwd: folder })).stdout).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\n$/,
    )
  })

  // It is tried with curl itself, which CI must have (`curl.ts`).
  it.skipIf(noCurl)('has a curl session that works line by line', async () => {
    await using emulator = await startEmulator()
    const session = block('sh', 'TOKEN=')
    const steps = session.trimEnd().split('\n')
    const marked = steps.map((line, index) =>
      line.startsWith('#') ? `echo; echo "=== ${index}"` : line,
    )
    const env = { PATH: process.env['PATH'], ...emulator.env }
    const { stdout } = await run('sh', ['-c', `set -e\n${marked.join('\n')}`], { env })
    const answers = stdout.split(/\n=== \d+\n/)
    const expected = steps.filter(line => line.startsWith('# → ')).map(line => line.slice(4))
    expect(expected.length).toBeGreaterThan(10)
    expect(answers).toHaveLength(expected.length + 1)
    expected.forEach((text, index) => {
      expect(answers[index]).toContain(text)
    })
  })
})
