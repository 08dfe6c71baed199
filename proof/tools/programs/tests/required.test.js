// Jest with CommonJS.
test.each(PACKAGES)('%s can be required', name => {
  expect(Object.keys(require(`@cloud-partner-auth/${name}`)).length).toBeGreaterThan(0)
})

test('axios gets a token of the emulator that globalSetup started', async () => {
  const ours = require('@cloud-partner-auth/axios')
  const portal = require('axios').create({ baseURL: ours.cloudPartnerPortal.baseUrl })
  portal.interceptors.request.use(ours.cloudPartnerInterceptor(ours.cloudPartnerAuth()))
  expect((await portal.get('/api/offerTypes')).status).toBe(200)
})
