import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../bin/cloud-partner-emulator.mjs', import.meta.url))
const running = new Set<ChildProcessWithoutNullStreams>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** The emulator as a process of its own that runs a command. */
function emulatorWith(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args])
  running.add(child)
  const code = new Promise<number | null>(resolve => {
    child.once('exit', code => {
      running.delete(child)
      resolve(code)
    })
  })
  return { child, code }
}

/** Runs a program of Node with the emulator and reads what it prints. */
async function printedBy(program: string, ...options: readonly string[]) {
  const { child, code } = emulatorWith(...options, '--', process.execPath, '-e', program)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { out, err, code: await code }
}

/** Asks the authority for a token with nothing but the variables, and prints the status and a variable. */
function requestToken(variable: string): string {
  return `
    const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, CLOUD_PARTNER_EMULATOR } = process.env
    const body = new URLSearchParams({
      grant_type: 'client_credentials', client_id: AZURE_CLIENT_ID, client_secret: AZURE_CLIENT_SECRET,
      scope: 'https://cloudpartner.azure.com/.default',
    })
    fetch(CLOUD_PARTNER_EMULATOR + '/' + AZURE_TENANT_ID + '/oauth2/v2.0/token', { method: 'POST', body })
      .then(({ status }) => console.log(JSON.stringify({ status, value: process.env.${variable} })))`
}

describe('cloud-partner-emulator -- command', () => {
  it('runs it with the variables set and prints nothing of its own', async () => {
    const { out, err, code } = await printedBy(requestToken('CLOUD_PARTNER_EMULATOR'))
    const value = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect({ ...JSON.parse(out), err, code }).toEqual({ status: 200, value, err: '', code: 0 })
  })

  it('leaves the rest of the environment and the arguments as they are', async () => {
    const program = 'console.log(JSON.stringify([process.env.PATH, ...process.argv.slice(1)]))'
    const args = ['--port', '$HOME', '*', '', 'a "b" \'c\'', '--']
    const { child } = emulatorWith('--', process.execPath, '-e', program, ...['--', ...args])
    expect(JSON.parse(await text(child.stdout))).toEqual([process.env['PATH'], ...args])
  })

  it('gives it its own input', async () => {
    const { child } = emulatorWith(
      '--',
      process.execPath,
      '-e',
      'process.stdin.pipe(process.stdout)',
    )
    child.stdin.end('canary')
    expect(await text(child.stdout)).toBe('canary')
  })

  it('lets it trust the certificate of --tls, which is gone afterwards', async () => {
    const { out, err } = await printedBy(requestToken('NODE_EXTRA_CA_CERTS'), '--tls')
    const { status, value } = JSON.parse(out)
    expect([status, value, err]).toEqual([200, expect.stringContaining('ca.pem'), ''])
    expect(existsSync(value)).toBe(false)
  })

  it.each([0, 1, 42])('ends with its exit code %d', async expected => {
    expect((await printedBy(`process.exit(${expected})`)).code).toBe(expected)
  })

  it('ends as shells do when a signal ended it', async () => {
    expect((await printedBy(`process.kill(process.pid, 'SIGKILL')`)).code).toBe(128 + 9)
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on to it and waits for its end',
    async signal => {
      const program = `
        const open = setInterval(() => {}, 1000)
        process.once('${signal}', () => { console.log('cleaned up'); clearInterval(open); process.exitCode = 7 })
        console.log('ready')`
      const { child, code } = emulatorWith('--', process.execPath, '-e', program)
      let out = ''
      child.stdout.on('data', chunk => {
        out += chunk
        if (out === 'ready\n') child.kill(signal)
      })
      expect(await code).toBe(7)
      expect(out).toBe('ready\ncleaned up\n')
    },
  )

  it('ends with 127 when there is no such command, and with 126 when it is none', async () => {
    const missing = emulatorWith('--', 'no-such-command')
    expect(await text(missing.child.stderr)).toBe(
      'cloud-partner-emulator: There is no command no-such-command.\n',
    )
    expect(await missing.code).toBe(127)
    const folder = emulatorWith('--', fileURLToPath(new URL('.', import.meta.url)))
    expect(await text(folder.child.stderr)).toMatch(/cannot be run \(EACCES\)/)
    expect(await folder.code).toBe(126)
  })

  it('does not run it when the emulator cannot start', async () => {
    const { out, err, code } = await printedBy(`console.log('ran')`, '--seed', '/nonexistent.json')
    expect([out, err, code]).toEqual(['', expect.stringContaining('cannot be read'), 2])
  })
})
