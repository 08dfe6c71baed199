import { expect, it } from 'vitest'
import { authorized } from '../../src/adapter.ts'
import { cloudPartnerAuth } from '../../src/index.ts'
import { countedCredential } from '../fixtures/counted-credential.ts'
import { fakeClient } from '../fixtures/fake-client.ts'

const url = 'https://marketplaceapi.microsoft.com/api/saas/subscriptions'

it('renews once for a want of rights, however many requests are answered 403', async () => {
  const credential = countedCredential()
  const auth = cloudPartnerAuth({ credential })
  for (let count = 0; count < 100; count++)
    expect((await authorized(auth, fakeClient({ url, answers: [403] }))).status).toBe(403)
  expect(credential.requests.map(({ reason }) => reason)).toEqual(['first', 'doubted'])
})

it('mends a revoked token at once, and again when the renewed one is revoked', async () => {
  const credential = countedCredential()
  const auth = cloudPartnerAuth({ credential })
  for (let count = 0; count < 3; count++)
    expect((await authorized(auth, fakeClient({ url, answers: [403, 200] }))).status).toBe(200)
  expect(credential.requests).toHaveLength(4)
})

it('still renews for a 401 where 403s renew no more', async () => {
  const credential = countedCredential()
  const auth = cloudPartnerAuth({ credential })
  await authorized(auth, fakeClient({ url, answers: [403] }))
  expect((await authorized(auth, fakeClient({ url, answers: [401, 200] }))).status).toBe(200)
  expect(credential.requests.map(({ reason }) => reason)).toEqual(['first', 'doubted', 'refused'])
})
