import type { RequestListener } from 'node:http'
import { authFor, type Loopback, loopback, tokens } from '@cloud-partner-auth/contract'
import type { OptionsInit } from 'got'
import { describe, expect, it } from 'vitest'
import { cloudPartnerHooks } from '../src/index.ts'
import { gotMajors } from './got-majors.ts'

const version = 'api-version=2017-10-31'

/** Redirects as `locations` says, path by path, and answers 200 to all else. */
function leading(locations: Record<string, () => string>): RequestListener {
  return (request, response) => {
    const location = locations[request.url?.split('?')[0] ?? '']
    if (location) response.writeHead(302, { location: location() }).end()
    else response.end()
  }
}

function seen({ received }: Loopback): [string, string | undefined][] {
  return received.map(({ url, headers }) => [url, headers.authorization])
}

describe.each(gotMajors)('a redirect in got $major', ({ got }) => {
  it('is followed as it is, with the token where it stays with covered origins', async () => {
    await using second = await loopback(leading({ '/c': () => '/d?x=1' }))
    await using portal = await loopback(
      leading({ '/a': () => '/b?x=%20+1', '/b': () => `${second.origin}/c` }),
    )
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal, second])))
    await client(`${portal.origin}/a`)
    expect(seen(portal)).toEqual([
      [`/a?${version}`, 'Bearer canary-1'],
      ['/b?x=%20+1', 'Bearer canary-1'],
    ])
    expect(seen(second)).toEqual([
      ['/c', 'Bearer canary-1'],
      ['/d?x=1', 'Bearer canary-1'],
    ])
  })

  it('takes the token to no foreign origin, and gives none to whoever comes after it', async () => {
    await using foreign: Loopback = await loopback(leading({ '/b': () => `${portal.origin}/c` }))
    await using portal: Loopback = await loopback(
      leading({ '/a': () => `${foreign.origin}/b`, '/c': () => '/d' }),
    )
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])))
    await client(`${portal.origin}/a`)
    expect(seen(foreign)).toEqual([['/b', undefined]])
    expect(seen(portal)).toEqual([
      [`/a?${version}`, 'Bearer canary-1'],
      ['/c', undefined],
      ['/d', undefined],
    ])
  })

  it('gives no token to a covered origin that a foreign one leads to', async () => {
    await using portal = await loopback()
    await using foreign = await loopback(leading({ '/a': () => `${portal.origin}/b` }))
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])))
    await client(`${foreign.origin}/a`)
    expect(seen(portal)).toEqual([['/b', undefined]])
  })

  it('is remembered when the client retries at its end', async () => {
    let failures = 0
    await using foreign: Loopback = await loopback(leading({ '/b': () => `${portal.origin}/c` }))
    await using portal: Loopback = await loopback((request, response) => {
      if (request.url?.startsWith('/a'))
        response.writeHead(302, { location: `${foreign.origin}/b` }).end()
      else response.writeHead(failures++ < 2 ? 503 : 200).end()
    })
    const client = got.extend(cloudPartnerHooks(authFor(tokens(), [portal])), {
      retry: { limit: 2, calculateDelay: ({ computedValue }) => Math.min(computedValue, 1) },
    })
    await client(`${portal.origin}/a`)
    expect(seen(portal).slice(1)).toEqual(Array(3).fill(['/c', undefined]))
  })

  it.each(['before', 'after'])(
    'of the caller, by a hook installed %s ours, decides who gets a token',
    async when => {
      await using foreign = await loopback()
      await using portal = await loopback()
      const ours = cloudPartnerHooks(authFor(tokens(), [portal]))
      const own: OptionsInit = {
        hooks: {
          beforeRequest: [
            ({ url }) => {
              if (url)
                url.host = new URL(url.pathname === '/out' ? foreign.origin : portal.origin).host
            },
          ],
        },
      }
      const client = when === 'before' ? got.extend(own, ours) : got.extend(ours, own)
      await client(`${portal.origin}/out`)
      await client(`${foreign.origin}/in`)
      expect(seen(foreign)).toEqual([['/out', undefined]])
      expect(seen(portal)).toEqual([[`/in?${version}`, 'Bearer canary-1']])
    },
  )
})
