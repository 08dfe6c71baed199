import assert from 'node:assert/strict'
import { cpSync, mkdirSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { programs, run } from './app.ts'
import type { Trial } from './trial.ts'

/** What a bundler made: what it warned of, and what its files import, but for one another. */
interface Bundle {
  readonly warnings: readonly string[]
  readonly imports: readonly string[]
  /** The entry, for Node. */
  readonly file: string
}

type For = 'Node' | 'edge'
type Bundler = (bundling: {
  readonly target: For
  readonly entry: string
  readonly out: string
  readonly load: Load
}) => Promise<Bundle>
// biome-ignore lint/suspicious/noExplicitAny: the bundlers are installed in a folder of their own, and their types with them
type Load = (name: string) => Promise<any>

const edge = ['workerd', 'edge-light', 'worker', 'browser']

const bundlers: Readonly<Record<string, Bundler>> = {
  async esbuild({ target, entry, out, load }) {
    const { build } = await load('esbuild')
    const file = join(out, 'bundle.cjs')
    const { warnings, metafile } = await build({
      entryPoints: [entry],
      outfile: file,
      bundle: true,
      metafile: true,
      logLevel: 'silent',
      ...(target === 'Node'
        ? { platform: 'node', format: 'cjs' }
        : { platform: 'browser', format: 'esm', conditions: edge }),
    })
    const outputs: { imports: { path: string }[] }[] = Object.values(metafile.outputs)
    const imports = outputs.flatMap(({ imports }) => imports.map(({ path }) => path))
    return { warnings: warnings.map(({ text }: { text: string }) => text), imports, file }
  },
  async Rollup({ target, entry, out, load }) {
    const [{ rollup }, { nodeResolve }, commonjs, json] = await Promise.all(
      [
        'rollup',
        '@rollup/plugin-node-resolve',
        '@rollup/plugin-commonjs',
        '@rollup/plugin-json',
      ].map(load),
    )
    const resolve =
      target === 'Node' ? { preferBuiltins: true } : { browser: true, exportConditions: edge }
    const plugins = [nodeResolve(resolve), commonjs.default(), json.default()]
    return rolled(rollup, { input: entry, plugins, external: [/^node:/, ...builtinModules] }, out)
  },
  async rolldown({ target, entry, out, load }) {
    const { rolldown } = await load('rolldown')
    const platform =
      target === 'Node'
        ? { platform: 'node' }
        : { platform: 'browser', resolve: { conditionNames: ['import', ...edge, 'default'] } }
    return rolled(rolldown, { input: entry, ...platform }, out)
  },
  async webpack({ target, entry, out, load }) {
    const { default: webpack } = await load('webpack')
    const config = {
      context: out,
      entry,
      mode: 'production',
      target: target === 'Node' ? 'node' : 'webworker',
      output: { path: out, filename: 'bundle.cjs' },
      ...(target === 'edge' && { resolve: { conditionNames: ['import', ...edge, 'default'] } }),
    }
    const stats = await new Promise<{
      compilation: Record<'warnings' | 'errors', Error[]> & {
        modules: Iterable<{ request?: string; externalType?: string }>
      }
    }>((resolve, reject) =>
      webpack(config, (error: unknown, stats: never) => (error ? reject(error) : resolve(stats))),
    )
    const { warnings, errors, modules } = stats.compilation
    const imports = [...modules].flatMap(({ externalType, request }) =>
      externalType && request ? [request] : [],
    )
    return {
      warnings: [...warnings, ...errors].map(({ message }) => message),
      imports,
      file: join(out, 'bundle.cjs'),
    }
  },
  async Vite({ target, entry, out, load }) {
    const { build, createLogger } = await load('vite')
    const warnings: string[] = []
    const warn = (message: string) => void warnings.push(message)
    const customLogger = { ...createLogger('silent'), info() {}, warn, warnOnce: warn }
    const made = await build({
      root: join(out, '..'),
      logLevel: 'silent',
      configFile: false,
      customLogger,
      ssr: { noExternal: true },
      build: {
        outDir: out,
        emptyOutDir: false,
        ...(target === 'Node'
          ? { ssr: entry }
          : { lib: { entry, formats: ['es'], fileName: 'edge' } }),
      },
    })
    const { output } = Array.isArray(made) ? made[0] : made
    return { warnings, imports: importsOf(output), file: join(out, output[0].fileName) }
  },
}

interface Output {
  readonly fileName: string
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
}

function importsOf(output: readonly Output[]): readonly string[] {
  const own = output.map(({ fileName }) => fileName)
  const all = output.flatMap(({ imports = [], dynamicImports = [] }) => [
    ...imports,
    ...dynamicImports,
  ])
  return all.filter(path => !own.includes(path))
}

async function rolled(
  // biome-ignore lint/suspicious/noExplicitAny: as above
  roll: any,
  options: object,
  out: string,
): Promise<Bundle> {
  const warnings: string[] = []
  const bundle = await roll({
    ...options,
    onLog(level: string, { message }: { message: string }) {
      if (level === 'warn') warnings.push(message)
    },
  })
  const { output } = await bundle.write({
    dir: out,
    format: 'esm',
    entryFileNames: 'bundle.mjs',
    chunkFileNames: '[name].mjs',
  })
  await bundle.close()
  return { warnings, imports: importsOf(output), file: join(out, 'bundle.mjs') }
}

/** Bundles with everything in them: one that runs on Node, with MSAL, and one for edge runtimes, that needs nothing. */
export function bundles(
  app: string,
  toolchains: string,
  env: Readonly<Record<string, string>>,
): readonly Trial[] {
  const load: Load = name =>
    import(pathToFileURL(createRequire(`${toolchains}/x`).resolve(name)).href)
  cpSync(join(programs, 'bundles'), join(app, 'bundles'), { recursive: true })
  const trials = Object.entries(bundlers).flatMap(([name, bundler]) =>
    (['Node', 'edge'] as const).map(target => ({
      group: 'Bundlers',
      name: `${name}, for ${target === 'Node' ? 'Node' : 'edge runtimes and browsers'}`,
      async run() {
        const out = join(app, 'bundles', `${name}-${target}`)
        mkdirSync(out)
        const entry = join(app, 'bundles', target === 'Node' ? 'node.mjs' : 'edge.mjs')
        const { warnings, imports, file } = await bundler({ target, entry, out, load })
        const foreign = warnings.filter(text => /node_modules\/semver\//.test(text))
        assert.deepEqual(
          warnings.filter(text => !foreign.includes(text)),
          [],
          'warnings',
        )
        if (target === 'edge') assert.deepEqual(imports, [], 'imports')
        else assert.equal((await run(process.execPath, [file], { cwd: out, env })).trim(), '200')
        return foreign.length > 0 ? 'a warning of a circle in semver, which MSAL brings' : undefined
      },
    })),
  )
  return [...trials, ...esbuildToModules(app, load, env)]
}

function esbuildToModules(
  app: string,
  load: Load,
  env: Readonly<Record<string, string>>,
): readonly Trial[] {
  const built = async (name: string, more: object) => {
    const outfile = join(app, 'bundles', `${name}.mjs`)
    const { build } = await load('esbuild')
    const entryPoints = [join(app, 'bundles/node.mjs')]
    const common = { bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' }
    const { warnings } = await build({ entryPoints, outfile, ...common, ...more })
    assert.deepEqual(warnings, [])
    return run(process.execPath, [outfile], { cwd: app, env })
  }
  return [
    {
      group: 'Bundlers',
      name: 'esbuild, ESM for Node',
      async run() {
        const printed = await built('whole', {})
        assert.match(printed, /Dynamic require .*external.*tokenEndpoint\(\)/s)
        return 'MSAL cannot be packed so, and the error says to leave it out'
      },
    },
    {
      group: 'Bundlers',
      name: 'esbuild, ESM for Node, MSAL left out',
      async run() {
        assert.equal((await built('external', { external: ['@azure/msal-node'] })).trim(), '200')
        return undefined
      },
    },
  ]
}
