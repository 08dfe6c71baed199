// Makes the CommonJS build of an adapter load the version under test: `require` knows nothing of the test runner's aliases.
import { registerHooks } from 'node:module'

const { MATRIX_CLIENT: client, MATRIX_ALIAS: alias } = process.env

if (alias !== client)
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === client ? (alias as string) : specifier, context),
  })
