import type { RequestListener } from 'node:http'
import {
  type Api,
  type CloudPartnerAuth,
  type Credential,
  clientSecret,
  cloudPartnerAuth,
  cloudPartnerPortal,
  type TokenEvent,
  tokenEndpoint,
} from '@cloud-partner-auth/core'
import { type Emulator, type EmulatorOptions, startEmulator } from '@cloud-partner-auth/emulator'
import { type Listening, listening } from '../server/listening.ts'
import type { Client, ClientOptions, Core, Subject, Traits } from '../subject.ts'
import { type Authority, startAuthority } from './authority.ts'
import { echo, type RecordingServer, recordingServer } from './recording-server.ts'
import { type StagePortal, startStagePortal } from './stage-portal.ts'

/** What a case works with: servers, an auth that covers two of them, and clients. */
export interface Stage {
  readonly name: string
  readonly traits: Traits
  readonly authority: Authority
  /** Covered by the auth. */
  readonly portal: StagePortal
  /** Covered too, at another origin. */
  readonly secondPortal: StagePortal
  /** Not covered; answers 200 to everything. */
  readonly foreign: RecordingServer
  readonly events: readonly TokenEvent[]
  /** The auth that `ours` uses unless told otherwise. */
  readonly auth: CloudPartnerAuth
  /** Another auth for the same servers. */
  makeAuth(options?: AuthOptions): CloudPartnerAuth
  /** A client with the adapter; its failures are searched for secrets when the case is over. */
  ours(options?: ClientOptions & { readonly auth?: CloudPartnerAuth }): Client
  /** The same with the adapter's CommonJS build; absent where there is none. */
  readonly oursCommonjs?: (options?: ClientOptions & { readonly auth?: CloudPartnerAuth }) => Client
  /** The client alone. */
  bare(options?: ClientOptions): Client
  emulator(options?: EmulatorOptions): Promise<Emulator>
  /** A server with a request listener of the case's own. It is closed when the case is over. */
  serve(listener: RequestListener): Promise<Listening>
}

interface AuthOptions {
  readonly credential?: CredentialKind
  readonly resend?: boolean
  /** Default: the subject's core. */
  readonly core?: Core
  readonly emulator?: Emulator
  readonly origins?: readonly string[]
  /** Default: the portal's preset with these origins, whatever the path. */
  readonly apis?: readonly Api[]
  readonly refuses?: Api['refuses']
}

export type CredentialKind = 'clientSecret' | 'tokenEndpoint'
export const credentialKinds: readonly CredentialKind[] = ['clientSecret', 'tokenEndpoint']

/** A stage, with what `runCase` needs to check and close it. */
export interface OpenStage extends Stage, AsyncDisposable {
  /** The errors and answers that clients with the adapter gave their callers. */
  readonly outcomes: readonly unknown[]
  /** Every text that must not be visible anywhere. */
  secrets(): string[]
}

const esm: Core = { cloudPartnerAuth, clientSecret, tokenEndpoint }

// It has characters that a form encodes, so that both spellings are searched for.
const secret = 'contract+secret/~canary=1'
const app = {
  tenantId: '11111111-2222-3333-4444-555555555555',
  clientId: '66666666-7777-8888-9999-000000000000',
}

export async function openStage<Plugin>(subject: Subject<Plugin>): Promise<OpenStage> {
  const authority = await startAuthority()
  const [portal, secondPortal] = [
    await startStagePortal(authority),
    await startStagePortal(authority),
  ]
  const foreign = await recordingServer(echo)
  const servers: { close(): Promise<void> }[] = [authority, portal, secondPortal, foreign]
  const events: TokenEvent[] = []
  const outcomes: unknown[] = []
  const emulatorSecrets: string[] = []

  function makeAuth(options: AuthOptions = {}): CloudPartnerAuth {
    const { resend = true, core = subject.core ?? esm } = options
    const { emulator, refuses, origins = emulator ? [emulator.origin] : undefined } = options
    return core.cloudPartnerAuth({
      credential: credential(core, options),
      apis: options.apis ?? [
        {
          ...cloudPartnerPortal,
          paths: undefined,
          origins: origins ?? [portal.origin, secondPortal.origin],
          refuses,
        },
      ],
      observe: event => events.push(event),
      resend,
    })
  }

  function credential(core: Core, options: AuthOptions): Credential {
    const { credential: kind = 'tokenEndpoint', emulator } = options
    if (!emulator) return core[kind]({ ...app, secret, authorityHost: authority.origin })
    return core[kind]({
      tenantId: emulator.env['AZURE_TENANT_ID'] ?? '',
      clientId: emulator.env['AZURE_CLIENT_ID'] ?? '',
      secret: emulator.env['AZURE_CLIENT_SECRET'] ?? '',
      authorityHost: emulator.origin,
    })
  }

  /** Keeps the errors and answers that callers get, but only a few of many successes, since each takes milliseconds to search. */
  function kept(client: Client): Client {
    let good = 0
    const { stream } = client
    return {
      // A streamed answer is not kept: Node holds the request behind an answer that is still being read.
      ...(stream && { stream }),
      async send(request) {
        const { body } = request
        // Searching a single one of these would take minutes.
        if (body instanceof Uint8Array && body.length > 1_000_000) return client.send(request)
        try {
          const delivered = await client.send(request)
          if (delivered.status >= 400 ? outcomes.length < 40 : good++ < 3)
            outcomes.push(delivered.raw)
          return delivered
        } catch (thrown) {
          outcomes.push(thrown)
          throw thrown
        }
      },
    }
  }

  const auth = makeAuth()
  const withPlugin =
    (adapter: (auth: CloudPartnerAuth) => Plugin): Stage['ours'] =>
    ({ auth: given = auth, ...options } = {}) =>
      kept(subject.create(adapter(given), options))

  return {
    name: subject.name,
    traits: subject.traits,
    authority,
    portal,
    secondPortal,
    foreign,
    events,
    auth,
    makeAuth,
    ours: withPlugin(subject.adapter),
    ...(subject.commonjs && { oursCommonjs: withPlugin(subject.commonjs) }),
    bare: (options = {}) => subject.create(undefined, options),
    async emulator(options) {
      const emulator = await startEmulator(options)
      servers.push(emulator)
      emulatorSecrets.push(emulator.env['AZURE_CLIENT_SECRET'] ?? '')
      return emulator
    },
    async serve(listener) {
      const server = await listening(listener)
      servers.push(server)
      return server
    },
    outcomes,
    secrets: () => [secret, ...emulatorSecrets, ...authority.issued],
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map(server => server.close()))
    },
  }
}
