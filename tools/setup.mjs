// Installs the dependencies when they do not match package-lock.json, then checks that npm scripts
// get a new enough Node: node_modules/.bin/node, which the optional dependency "node" brings.
// Runs before anything is installed, so it needs nothing but Node and npm.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

const [needMajor, needMinor] = [22, 18]
const root = fileURLToPath(new URL('../', import.meta.url))
const stamp = `${root}node_modules/.setup-stamp`
const hash = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex')
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) process.exit(0)

// loglevel=error: an older system Node makes npm complain about every tool that wants a newer one,
// though those tools will run under the newer one.
console.log('Installing dependencies (once for each package-lock.json, under a minute)…')
const args = ['ci', '--loglevel=error']
const options = { cwd: root, stdio: 'inherit' }
const npm = process.env['npm_execpath']
const install = npm
  ? spawnSync(process.execPath, [npm, ...args], options)
  : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
if (install.status !== 0) process.exit(install.status ?? 1)

const PATH = `${root}node_modules/.bin${delimiter}${process.env['PATH']}`
const probe = spawnSync('node', ['-p', 'process.versions.node'], {
  encoding: 'utf8',
  env: { ...process.env, PATH },
})
const [major = 0, minor = 0] = (probe.stdout ?? '').trim().split('.').map(Number)
if (major < needMajor || (major === needMajor && minor < needMinor)) {
  console.error(`Node ${needMajor}.${needMinor} or newer is needed, but "node" is ${probe.stdout}`)
  process.exit(1)
}
writeFileSync(stamp, hash)
