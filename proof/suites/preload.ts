// Loaded before a client's own suite (`--import`): puts the client with our plugin in the place of the client's entry.
import { registerHooks } from 'node:module'

const entry = process.env['CLIENT_ENTRY'] ?? ''
const plugged = process.env['CLIENT_PLUGGED'] ?? ''

registerHooks({
  resolve(specifier, context, next) {
    // Our adapter imports its client by name, and has to have the one that is tested.
    const isClient = specifier === 'client-itself' || specifier === process.env['CLIENT_NAME']
    if (isClient) return next(entry, context)
    const resolved = next(specifier, context)
    const isEntry = resolved.url.split('?')[0] === entry && context.parentURL !== undefined
    return isEntry ? { url: plugged, format: 'module-typescript', shortCircuit: true } : resolved
  },
})
