// Makes one kind of call so many times, for callgrind. Arguments: what, how many.
import { cloudPartnerAuth, tokenEndpoint } from '@cloud-partner-auth/core'
import { azureIdentity, msalNode } from '../peers/peers.ts'
import { audience, clientId, secret, tenantId, wire } from '../peers/wire.ts'
import { clientsOf } from './clients.ts'

const [what = '', count = '1', origin = ''] = process.argv.slice(2)

function call(): () => unknown {
  const { fetch } = wire()
  if (what === 'core') {
    const credential = tokenEndpoint({ tenantId, clientId, secret, fetch })
    const source = cloudPartnerAuth({ credential }).covering(`${audience}/`)?.source
    return () => source?.get()
  }
  if (what === 'msal-node') return msalNode(wire()).get
  if (what === '@azure/identity') return azureIdentity(wire()).get
  const [client = '', variant = ''] = what.split('/')
  return Object(clientsOf(origin)[client])[variant]
}

const run = call()
for (let calls = 0; calls < Number(count); calls++) await run()
process.exit()
