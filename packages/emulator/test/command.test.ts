import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, type Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { environmentForms, environmentText } from '../src/command/environment-text.ts'
import { run } from '../src/command/run.ts'
import { startEmulator } from '../src/index.ts'

const main = fileURLToPath(new URL('../bin/cloud-partner-emulator.mjs', import.meta.url))
const running = new Set<ChildProcessWithoutNullStreams>()
const interrupts = new Set<() => void>()
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'emulator-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => {
  for (const interrupt of interrupts) interrupt()
  for (const child of running) child.kill('SIGKILL')
})

/** The command in this process, with streams and signals of its own. */
function inProcess(args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const printed = collect(stdout, stderr)
  const signals = new EventEmitter()
  const interrupt = () => void signals.emit('SIGINT', 'SIGINT')
  interrupts.add(interrupt)
  const process = Object.assign(signals, { stdout, stderr })
  return { code: run(args, process), printed, interrupt }
}

async function finished(args: readonly string[]) {
  const { code, printed } = inProcess(args)
  return { code: await code, ...printed }
}

/** The command as a process of its own. */
function spawned(args: readonly string[]) {
  const child = spawn(process.execPath, [main, '--port', '0', ...args])
  running.add(child)
  child.once('exit', () => running.delete(child))
  const code = new Promise(resolve => child.once('exit', resolve))
  return { child, code, printed: collect(child.stdout, child.stderr) }
}

function collect(stdout: Readable, stderr: Readable) {
  const printed = { out: '', err: '' }
  stdout.on('data', (chunk: Buffer) => {
    printed.out += chunk
  })
  stderr.on('data', (chunk: Buffer) => {
    printed.err += chunk
  })
  return printed
}

/** Waits until the command listens, and reads values from what it has printed. */
async function listening<Run extends { printed: { out: string } }>(started: Run) {
  const { printed } = started
  await expect
    .poll(() => printed.out, { timeout: 30_000 })
    .toMatch(/CLOUD_PARTNER_EMULATOR[^\n]*\n/)
  const value = (name: string) =>
    new RegExp(`${name}(?:=|":)['"]([^'"]+)['"]`).exec(printed.out)?.[1] ?? ''
  return { ...started, value }
}

async function requestToken(
  value: (name: string) => string,
  secret = value('AZURE_CLIENT_SECRET'),
) {
  const url = `${value('AZURE_AUTHORITY_HOST')}/${value('AZURE_TENANT_ID')}/oauth2/v2.0/token`
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: value('AZURE_CLIENT_ID'),
      client_secret: secret,
      scope: 'https://cloudpartner.azure.com/.default',
    }),
  })
  const { access_token } = (await response.json()) as { access_token: string }
  return access_token
}

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('cloud-partner-emulator', () => {
  it('prints what to export and a line per request, and ends on SIGINT', async () => {
    const { child, code, printed, value } = await listening(spawned([]))
    const token = await requestToken(value)
    const path = `/api/publishers?api-version=2017-10-31&leak=${token}`
    await fetch(value('CLOUD_PARTNER_EMULATOR') + path, {
      headers: { authorization: `Bearer ${token}`, 'user-agent': 'tester/1' },
    })
    await fetch(`${value('CLOUD_PARTNER_EMULATOR')}/api/publishers`)
    const lines = [
      /^[\d:]{8} {2}200 {2}token v2 {2}https:\/\/cloudpartner\.azure\.com\/\.default {2}by secret {2}node$/m,
      /^[\d:]{8} {2}200 {2}GET \/api\/publishers\?api-version=2017-10-31&leak=\[redacted\] {2}token \S{6}… \d s old {2}tester\/1$/m,
      /^[\d:]{8} {2}401 {2}GET \/api\/publishers {2}refused: The access token is missing\. {2}node$/m,
    ]
    for (const line of lines) await expect.poll(() => printed.out).toMatch(line)
    expect(printed.out).not.toContain(token)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a colour starts with one
    expect(printed.out).not.toMatch(/\x1b/)
    expect(printed.err).toBe('')
    child.kill('SIGINT')
    expect(await code).toBe(0)
  })

  it('prints JSON lines without secrets and without bodies', async () => {
    const { code, interrupt, printed, value } = await listening(
      inProcess(['--port', '0', '--json']),
    )
    const secret = value('AZURE_CLIENT_SECRET')
    await requestToken(value)
    const url = `${value('AZURE_AUTHORITY_HOST')}/api/echo?x=${encodeURIComponent(secret)}`
    await fetch(url, { method: 'POST', body: 'canary' })
    await expect.poll(() => printed.out.split('\n')).toHaveLength(4)
    const [started, token, api] = printed.out
      .split('\n')
      .slice(0, 3)
      .map(line => JSON.parse(line))
    expect(started).toMatchObject({ type: 'started', origin: value('AZURE_AUTHORITY_HOST') })
    expect(token).toMatchObject({ type: 'token-request', endpoint: 'v2', status: 200 })
    expect(api).toMatchObject({ type: 'request', url: '/api/echo?x=[redacted]', status: 401 })
    expect(api.body).toEqual({ bytes: 6, sha256: expect.any(String), complete: true })
    expect(printed.out).not.toContain('canary')
    interrupt()
    expect(await code).toBe(0)
  })

  it('gives each service an origin of its own with --own-origins, and names it', async () => {
    const shown = await listening(inProcess(['--port', '0', '--own-origins']))
    const named = [...shown.printed.out.matchAll(/^(\w+) at (http:\S+)$/gm)]
    expect(named.map(([, name]) => name)).toEqual([
      'cloudPartnerPortal',
      'productIngestion',
      'partnerCenterSubmission',
      'marketplace',
      'partnerCenterAnalytics',
    ])
    const [, , portal = ''] = named[0] ?? []
    expect((await fetch(`${portal}/api/offerTypes`)).status).toBe(401)
    expect((await fetch(`${portal}/rp/product-ingestion/product`)).status).toBe(404)

    const { printed } = await listening(inProcess(['--port', '0', '--own-origins', '--json']))
    const { origin, origins } = JSON.parse(printed.out.split('\n')[0] ?? '')
    expect(origins.authority).toBe(origin)
    expect(new Set(Object.values(origins)).size).toBe(6)
  })

  it('starts with a seed, faults and a speed', async () => {
    const tenant = '11111111-2222-3333-4444-555555555555'
    const seed = file('seed.json', JSON.stringify({ tenants: [{ id: tenant }] }))
    const faults = file('faults.json', '[{ "type": "throttle", "retryAfter": 7, "count": 1 }]')
    const args = ['--port', '0', '--seed', seed, '--faults', faults, '--speed', '0']
    const { value } = await listening(inProcess(args))
    expect(value('AZURE_TENANT_ID')).toBe(tenant)
    const url = `${value('CLOUD_PARTNER_EMULATOR')}/api/offerTypes`
    const throttled = await fetch(url)
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7'])
    const dates = new Set([throttled.headers.get('date'), (await fetch(url)).headers.get('date')])
    expect(dates.size).toBe(1)
  })

  it('speaks https with a certificate in a file', async () => {
    const ca = join(folder, 'ca.pem')
    const { value } = await listening(inProcess(['--port', '0', '--tls', '--ca', ca]))
    expect(value('NODE_EXTRA_CA_CERTS')).toBe(ca)
    const status = await new Promise((resolve, reject) => {
      request(`${value('AZURE_AUTHORITY_HOST')}/api/offerTypes`, { ca: readFileSync(ca) })
        .on('response', response => resolve(response.resume().statusCode))
        .on('error', reject)
        .end()
    })
    expect(status).toBe(401)
  })

  it.each(environmentForms)('prints nothing but the variables with --env %s', async form => {
    const { printed } = await listening(inProcess(['--port', '0', '--env', form]))
    const origin = /http:[\w.:/]+/.exec(printed.out)?.[0] ?? ''
    await fetch(`${origin}/api/offerTypes`)
    await expect.poll(() => printed.err).toMatch(/401 {2}GET \/api\/offerTypes/)
    const variables = Object.fromEntries(
      [...printed.out.matchAll(/([A-Z_]{2,})\W+?(\w[\w:./~-]*)/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    )
    expect(printed.out).toBe(environmentText(form, variables))
    expect(variables).toMatchObject({
      AZURE_AUTHORITY_HOST: origin,
      CLOUD_PARTNER_EMULATOR: origin,
    })
  })

  // What gives a program a terminal; other systems than Linux have one with other arguments.
  const terminal = process.platform === 'linux' && existsSync('/usr/bin/script')

  it.skipIf(!terminal)('colours what a terminal shows, unless NO_COLOR forbids it', async () => {
    const shown = async (env: Record<string, string>) => {
      const args = ['-qefc', `"${process.execPath}" "${main}" --port 0`, '/dev/null']
      const path = { PATH: process.env['PATH'], TERM: 'xterm-256color' }
      const child = spawn('script', args, { env: { ...path, ...env } })
      running.add(child)
      const printed = collect(child.stdout, child.stderr)
      await listening({ printed })
      child.kill()
      return printed.out
    }
    expect(await shown({})).toContain('\x1b[1mCloud Partner emulator')
    expect(await shown({ NO_COLOR: '1' })).toMatch(/^Cloud Partner emulator on/)
  })

  it('says so when it listens to more than loopback', async () => {
    const { printed, value } = await listening(inProcess(['--port', '0', '--host', '0.0.0.0']))
    expect(printed.err).toContain('Listening on 0.0.0.0: whoever can reach this machine')
    expect(value('AZURE_AUTHORITY_HOST')).toMatch(/^http:\/\/127\.0\.0\.1:/)
  })

  it.each([
    [['--help'], /^Usage: cloud-partner-emulator \[options\] \[-- command …\][\s\S]*Examples:/],
    [['-h', '--', 'ls'], /^Usage: /],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
  ])('answers %j on stdout with exit code 0', async (args, expected) => {
    expect(await finished(args)).toEqual({ out: expect.stringMatching(expected), err: '', code: 0 })
  })

  it.each<[string[], RegExp]>([
    [['--nope'], /unknown option '--nope'/],
    [['--sed', 'x'], /unknown option '--sed'\n\(Did you mean --seed\?\)/],
    [['--sped=2'], /Did you mean one of --seed, --speed\?/],
    [['--env', 'fish'], /Allowed choices are shell, powershell, dotenv, json\./],
    [['npm', 'test'], /unexpected 'npm test'\n\(Did you mean -- npm test\?\)/],
    [['--'], /a command is missing after '--'/],
    [['--json', '--', 'ls'], /--json cannot be used with a command/],
    [['--env', 'json', '--', 'ls'], /--env cannot be used with a command/],
    [['--port', 'x'], /A port is a number from 0 to 65535\./],
    [['--speed', '-1'], /A factor is a number/],
    [['--ca', 'x'], /--ca needs --tls\./],
    [['--seed', '/nonexistent.json'], /The file \/nonexistent\.json cannot be read\./],
  ])('refuses %j with exit code 2', async (args, message) => {
    expect(await finished(args)).toEqual({ out: '', err: expect.stringMatching(message), code: 2 })
  })

  it('names the place of a mistake in a file, but not what stands there', async () => {
    const broken = await finished(['--seed', file('broken.json', '{"a": canary}')])
    expect(broken).toMatchObject({ code: 2, err: expect.stringMatching(/is not JSON/) })
    expect(broken.err).not.toContain('canary')
    const wrong = await finished(['--faults', file('wrong.json', '[{"type": "slow"}]')])
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringMatching(/wrong\.json.*\[0\]\.delay is missing/),
    })
  })

  it('says that a port is taken, with exit code 1', async () => {
    await using emulator = await startEmulator()
    const { port } = new URL(emulator.origin)
    const { err, code } = await finished(['--port', port])
    expect(err).toBe(
      `cloud-partner-emulator: Port ${port} is taken. Choose another with --port; 0 takes any free one.\n`,
    )
    expect(code).toBe(1)
  })

  it('ends when nobody reads its output any more', async () => {
    const { child, code, value } = await listening(spawned([]))
    child.stdout.destroy()
    // The first line after that is the one that cannot be written.
    for (let sent = 0; sent < 3 && running.has(child); sent++) {
      await fetch(`${value('AZURE_AUTHORITY_HOST')}/api/offerTypes`).catch(() => {})
    }
    expect(await code).toBe(0)
  })
})
