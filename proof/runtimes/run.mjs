// Runs core with tokenEndpoint() and the adapters for fetch and ky on Bun, Deno and workerd: `npm run proof -- runtimes`.
// They run one bundle, made for the browser, in which nothing imports a module of Node.
import assert from 'node:assert/strict'
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const here = fileURLToPath(new URL('.', import.meta.url))
if (!existsSync(`${here}node_modules/workerd`))
  assert.equal(spawnSync('npm', ['ci', '--loglevel=error'], { cwd: here }).status, 0, 'npm ci')
const { startEmulator } = await import('../../packages/emulator/dist/index.mjs')
const { build } = await import('esbuild')

const folder = mkdtempSync(join(tmpdir(), 'runtimes-'))
const command = name => `${here}node_modules/.bin/${name}`
const runtimes = {
  bun: scenario => printed(command('bun'), [`${folder}/process.js`], scenario),
  deno: scenario =>
    printed(
      command('deno'),
      ['run', '--no-config', '--allow-env', '--allow-net=127.0.0.1', `${folder}/process.js`],
      scenario,
    ),
  workerd,
}

try {
  await bundle()
  for (const [name, run] of Object.entries(runtimes)) await passes(name, run)
} finally {
  rmSync(folder, { recursive: true })
}

async function bundle() {
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: ['programs/process.js', 'programs/worker.js'],
    nodePaths: [`${here}../../node_modules`],
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    metafile: true,
    external: ['node:*', '@azure/msal-node'],
  })
  const imports = Object.values(metafile.outputs).flatMap(output => output.imports)
  const needed = imports.filter(({ kind }) => kind !== 'dynamic-import').map(({ path }) => path)
  assert.deepEqual(needed, [], 'what a bundle imports when it is loaded')
  console.log('bundle: passed')
}

async function passes(name, run) {
  const seen = []
  const foreign = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.end('foreign')
  })
  await once(foreign.listen(0, '127.0.0.1'), 'listening')
  const emulator = await startEmulator()
  try {
    emulator.faults.add({ type: 'revoke', on: 'portal', after: 2, count: 1 })
    const { env, origin } = emulator
    const answers = await run({
      origin,
      foreign: `http://127.0.0.1:${foreign.address().port}/`,
      tenantId: env.AZURE_TENANT_ID,
      clientId: env.AZURE_CLIENT_ID,
      secret: env.AZURE_CLIENT_SECRET,
    })
    assert.deepEqual(
      answers,
      [200, 200, 200, 200].map(status => [status, true]),
      'answers',
    )
    const statuses = emulator.requests.map(({ status }) => status)
    assert.deepEqual(statuses, [200, 200, 401, 200], 'one renewal')
    for (const { apiVersion } of emulator.requests) assert.equal(apiVersion, '2016-08-01-preview')
    assert.equal(emulator.tokenRequests.length, 2, 'token requests')
    assert.deepEqual(seen, [undefined], 'what the foreign origin saw')
    console.log(`${name}: passed`)
  } finally {
    await emulator.close()
    foreign.close()
  }
}

async function printed(file, args, scenario) {
  const env = { PATH: process.env.PATH, HOME: folder, SCENARIO: JSON.stringify(scenario) }
  const { stdout } = await promisify(execFile)(file, args, { env, timeout: 60_000 })
  return JSON.parse(stdout)
}

async function workerd(scenario) {
  writeFileSync(
    `${folder}/workerd.capnp`,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      bindings = [(name = "SCENARIO", text = ${JSON.stringify(JSON.stringify(scenario))})],
      compatibilityDate = "2026-11-01",
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`,
  )
  const child = spawn(command('workerd'), ['serve', `${folder}/workerd.capnp`, '--control-fd=3'], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  try {
    let told = ''
    for await (const chunk of child.stdio[3]) {
      told += chunk
      const port = /"event":"listen","socket":"http","port":(\d+)/.exec(told)?.[1]
      if (port) return await (await fetch(`http://127.0.0.1:${port}`)).json()
    }
    throw new Error('workerd ended before it listened')
  } finally {
    child.kill()
  }
}
