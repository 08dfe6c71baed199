// Makes one kind of call a number of times, for callgrind. Arguments: the kind, the number, the API's origin.
const [what = '', count = '1', origin = ''] = process.argv.slice(2)

// Each kind imports only what it needs, since loading takes long under callgrind.
async function call(): Promise<() => unknown> {
  if (origin) {
    const { variantsOf } = await import('./clients.ts')
    const [client = '', variant = ''] = what.split('/')
    return Object(await variantsOf(client, origin))[variant]
  }
  const { audience, clientId, secret, tenantId, wire } = await import('../peers/wire.ts')
  if (what === 'core') {
    const { cloudPartnerAuth, tokenEndpoint } = await import('@cloud-partner-auth/core')
    const { fetch } = wire()
    const credential = tokenEndpoint({ tenantId, clientId, secret, fetch })
    const source = cloudPartnerAuth({ credential }).covering(`${audience}/`)?.source
    return () => source?.get()
  }
  const { azureIdentity, msalNode } = await import('../peers/peers.ts')
  return what === 'msal-node' ? msalNode(wire()).get : azureIdentity(wire()).get
}

const run = await call()
for (let calls = 0; calls < Number(count); calls++) await run()
process.exit()
