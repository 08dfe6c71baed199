// What an adapter's CommonJS build requires, and so knows nothing of the test runner's aliases, is the same version.
import { registerHooks } from 'node:module'

const { MATRIX_CLIENT: client, MATRIX_ALIAS: alias } = process.env

if (alias !== client)
  registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === client ? (alias as string) : specifier, context),
  })
