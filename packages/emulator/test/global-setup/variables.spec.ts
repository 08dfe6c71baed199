import { expect, it } from 'vitest'

it('reaches the emulator by the variables', async () => {
  const { CLOUD_PARTNER_EMULATOR, AZURE_TENANT_ID } = process.env
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: process.env['AZURE_CLIENT_ID'] ?? '',
    client_secret: process.env['AZURE_CLIENT_SECRET'] ?? '',
    scope: 'https://cloudpartner.azure.com/.default',
  })
  const url = `${CLOUD_PARTNER_EMULATOR}/${AZURE_TENANT_ID}/oauth2/v2.0/token`
  expect((await fetch(url, { method: 'POST', body })).status).toBe(200)
})
