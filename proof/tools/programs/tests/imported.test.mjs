// Jest with ESM, and Vitest with its globals.
test.each(PACKAGES)('%s can be imported', async name => {
  expect(Object.keys(await import(`@cloud-partner-auth/${name}`)).length).toBeGreaterThan(0)
})

test('fetch gets a token of the emulator that globalSetup started', async () => {
  const { cloudPartnerAuth, cloudPartnerFetch, cloudPartnerPortal } = await import(
    '@cloud-partner-auth/fetch'
  )
  const send = cloudPartnerFetch(cloudPartnerAuth())
  expect((await send(`${cloudPartnerPortal.baseUrl}/api/offerTypes`)).status).toBe(200)
})
