// Makes the CommonJS build of an adapter load the version under test: `require` knows nothing of the test runner's aliases.
import Module from 'node:module'

const { MATRIX_CLIENT: client, MATRIX_ALIAS: alias } = process.env
const aliased = (specifier: string) => (specifier === client ? String(alias) : specifier)

/** How `require` finds a file, and what Node before 22.15 has in place of hooks. */
interface Resolving {
  _resolveFilename(request: string, ...rest: unknown[]): string
}

if (alias !== client && Module.registerHooks) {
  Module.registerHooks({
    resolve: (specifier, context, next) => next(aliased(specifier), context),
  })
} else if (alias !== client) {
  const resolving = Module as unknown as Resolving
  const resolve = resolving._resolveFilename
  resolving._resolveFilename = (request, ...rest) =>
    resolve.call(resolving, aliased(request), ...rest)
}
