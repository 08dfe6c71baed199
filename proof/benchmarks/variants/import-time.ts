// Prints how long a module takes to import, in milliseconds, after the client, which every application loads anyway; or,
// with "modules" as third argument, whether any file of MSAL was among what was loaded.
import { registerHooks } from 'node:module'

const [client, adapter = '', modules] = process.argv.slice(2)
let msal = false
if (modules) {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context)
      if (resolved.url.includes('/@azure/msal')) msal = true
      return resolved
    },
  })
}
if (client) await import(client)
const beganAt = performance.now()
await import(adapter)
process.stdout.write(JSON.stringify({ took: performance.now() - beganAt, msal }))
