// node tools/setup.mjs [script, arguments …]: installs the dependencies when they do not match package-lock.json, checks
// that npm scripts get a new enough Node, node_modules/.bin/node, which the optional dependency "node" brings, and runs the
// script with that Node. A shell that has found a "node" before that one was there would go on using the one it found.
// Runs before anything is installed, so it needs nothing but Node and npm.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

const [needMajor, needMinor] = [22, 18]
const root = fileURLToPath(new URL('../', import.meta.url))
const modules = `${root}node_modules`
const stamp = `${modules}/.setup-stamp`
const lock = readFileSync(`${root}package-lock.json`, 'utf8')
const hash = createHash('sha256').update(lock).digest('hex')
const env = { ...process.env, PATH: `${modules}/.bin${delimiter}${process.env['PATH']}` }
const brought = `${modules}/node/bin/node`

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  await install()
  checkNode()
  writeFileSync(stamp, hash)
}
const [script, ...args] = process.argv.slice(2)
if (script !== undefined) {
  const node = existsSync(brought) ? brought : process.execPath
  const { status } = spawnSync(node, [script, ...args], { cwd: root, env, stdio: 'inherit' })
  process.exit(status ?? 1)
}

async function install() {
  const wanted = Object.keys(JSON.parse(lock).packages).filter(at =>
    /^node_modules\/[^/]+(\/[^/]+)?$/.test(at),
  ).length
  console.log(
    `Installing the dependencies: once for each package-lock.json, half a minute to some minutes, as fast as network and disk are.`,
  )
  const begun = Date.now()
  const seconds = () => `${Math.round((Date.now() - begun) / 1000)} s`
  const ticking = setInterval(() => {
    console.log(`… ${installed()} of about ${wanted} packages are there after ${seconds()}`)
  }, 10_000)
  // loglevel=error: an older system Node makes npm complain about every tool that wants a newer one,
  // though those tools will run under the newer one.
  const args = ['ci', '--loglevel=error', '--silent']
  const npm = process.env['npm_execpath']
  const child = npm
    ? spawn(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawn('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  const status = await new Promise(resolve => child.on('close', resolve).on('error', resolve))
  clearInterval(ticking)
  if (status !== 0) {
    console.error('The dependencies could not be installed; "npm ci" says why.')
    process.exit(1)
  }
  // Its install script leaves there what it made its program of, which the next "npm install" would take away.
  if (existsSync(brought)) rmSync(`${modules}/node/node_modules`, { recursive: true, force: true })
  console.log(`Installed in ${seconds()}.`)
}

/** npm makes all folders first, and a package's own package.json is there when it was unpacked. */
function installed() {
  if (!existsSync(modules)) return 0
  return readdirSync(modules)
    .filter(name => !name.startsWith('.'))
    .flatMap(name =>
      name.startsWith('@')
        ? readdirSync(`${modules}/${name}`).map(one => `${name}/${one}`)
        : [name],
    )
    .filter(name => existsSync(`${modules}/${name}/package.json`)).length
}

function checkNode() {
  const probe = spawnSync('node', ['-p', 'process.versions.node'], { encoding: 'utf8', env })
  const [major = 0, minor = 0] = (probe.stdout ?? '').trim().split('.').map(Number)
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return
  console.error(`Node ${needMajor}.${needMinor} or newer is needed, but "node" is ${probe.stdout}`)
  process.exit(1)
}
