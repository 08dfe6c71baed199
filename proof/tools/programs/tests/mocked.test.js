jest.mock('axios')

test('axios may be mocked by hand, or by Jest', async () => {
  const axios = require('axios')
  const ours = require('@cloud-partner-auth/axios')
  const use = jest.fn()
  axios.create.mockReturnValue({ interceptors: { request: { use } }, get: async () => 'mocked' })
  const client = axios.create()
  const auth = ours.cloudPartnerAuth({ credential: ours.staticToken('x') })
  client.interceptors.request.use(ours.cloudPartnerInterceptor(auth))
  expect(await client.get('/')).toBe('mocked')
  expect(use).toHaveBeenCalled()
})
