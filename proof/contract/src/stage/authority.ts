import { randomBytes } from 'node:crypto'
import type { Received } from '../server/loopback.ts'
import { type RecordingServer, type Reply, recordingServer } from './recording-server.ts'

/** A token endpoint at the v1 and the v2 path. The test decides how it answers. */
export interface Authority extends RecordingServer {
  /** The tokens handed out, in order. */
  readonly issued: readonly string[]
  /** Lets token requests wait until the returned function is called. */
  hold(): () => void
  /** Refuses the secret from now on: a lasting failure. */
  deny(): void
  /** Answers every token request from now on with a 307 to `url`. */
  redirectTo(url: string): void
  /** Hands out the last token again from now on, instead of a new one. */
  repeat(): void
}

export async function startAuthority(): Promise<Authority> {
  const issued: string[] = []
  const server = await recordingServer(issue)

  function issue({ url }: Received): Reply {
    issued.push(`contract-token-${issued.length + 1}.${randomBytes(24).toString('base64url')}`)
    return granted(url)
  }

  function granted(url: string): Reply {
    const lifetime = 3_599
    const v1 = !url.includes('/v2.0/')
    return json(200, {
      token_type: 'Bearer',
      expires_in: v1 ? String(lifetime) : lifetime,
      access_token: issued.at(-1),
    })
  }

  return {
    ...server,
    issued,
    hold() {
      const released = Promise.withResolvers<void>()
      server.answer(async request => {
        await released.promise
        return issue(request)
      })
      return released.resolve
    },
    deny() {
      server.answer(() =>
        json(401, {
          error: 'invalid_client',
          error_description: 'AADSTS7000215: Invalid client secret provided. Trace ID: 1',
          error_codes: [7000215],
        }),
      )
    },
    redirectTo(url: string) {
      server.answer(() => ({ status: 307, headers: { location: url } }))
    },
    repeat() {
      server.answer(({ url }) => granted(url))
    },
  }
}

function json(status: number, body: object): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
