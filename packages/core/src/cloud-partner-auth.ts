import { type Api, checkedApi } from './api/api.ts'
import { type Covering, coverage, originsOf } from './api/coverage.ts'
import { bare, check, member, optionsOf, shown } from './check.ts'
import { isCloudPartnerAuthError, retold } from './cloud-partner-auth-error.ts'
import { type AuthTokenCredential, asTokenCredential } from './credential/as-token-credential.ts'
import type { Credential } from './credential/credential.ts'
import { environment } from './credential/environment.ts'
import { inEnvironment } from './credential/looked-up.ts'
import { type Environment, environmentLook } from './environment.ts'
import { type Explanation, explanation } from './exchange/explanation.ts'
import type { Happened } from './exchange/happened.ts'
import { cloudPartnerPortal } from './presets/cloud-partner-portal.ts'
import { presets } from './presets/presets.ts'
import { checkStore } from './store/check-store.ts'
import { throughStore } from './store/through-store.ts'
import type { TokenStore } from './store/token-store.ts'
import { type Observe, quiet } from './token/token-event.ts'
import { tokenSource } from './token/token-source.ts'

export interface CloudPartnerAuthOptions {
  /** Default: `environment()`. */
  readonly credential?: Credential | undefined
  /** Default: all `presets`. A source of tokens costs nothing until it is used. */
  readonly apis?: readonly Api[] | undefined
  /**
   * Where tokens are shared with other processes: `encrypted(redisStore(client), key)`. The credential must have an
   * `identity`. Default: none, each process acquires its own.
   */
  readonly store?: TokenStore | undefined
  /** Told what happens, at once and on the caller's stack; what it throws is ignored. */
  readonly observe?: Observe | undefined
  /** Whether a request whose token was refused is sent once more with a renewed one. Default: `true`. */
  readonly resend?: boolean | undefined
}

/**
 * The Apis with their token sources. One serves any number of clients of any kind, and they share its tokens.
 *
 * Adapters rely on nothing but `resend`, `observe`, `covering` and `remember`, the last two where they are there, so that
 * an auth made by another copy or build of this package works.
 */
export interface CloudPartnerAuth {
  readonly resend: boolean
  /** Absent where nobody observes. */
  readonly observe?: Observe | undefined
  /**
   * The Api that `url` belongs to, with its token source; `undefined` where no token may go. Throws a
   * `CloudPartnerAuthError` for the live service while the emulator stands for it.
   */
  covering(url: string): Covering | undefined
  /** For adapters: keeps what happened to a request, by the answer that its caller gets. */
  remember?(delivered: object, happened: Happened): void
  /**
   * What a failed request comes of and what to do about it. Takes the error of axios, got or ky, or an answer; with
   * `{ response, body }` the body of one that was read already counts too. Changes nothing.
   *
   * @example
   * catch (error) { console.error(String(auth.explain(error))) }
   */
  explain(failed: unknown): Explanation
  /**
   * Has a token for each of these Apis, now: for start-up checks and health probes, which cost nothing while tokens are
   * held. Without arguments: for the Apis passed to `cloudPartnerAuth()`, else for the Cloud Partner Portal.
   *
   * Rejects with the `CloudPartnerAuthError` that a request would get, with the Api's name in its message.
   */
  ready(...apis: readonly Api[]): Promise<void>
  /**
   * The same tokens in the shape of `@azure/core-auth`'s `TokenCredential`, for clients of the Azure SDK, Kiota and Graph.
   * Such a client sends them where it likes: the list of origins does not bind it.
   *
   * @param api One of the Apis of this auth. `getToken()` rejects for scopes of another audience and for another tenant.
   */
  asTokenCredential(api: Api): AuthTokenCredential
  /** Forgets the tokens, and ends what is under way; a later request begins anew. */
  close(): void
}

/** The same for every auth that lists no Apis of its own. */
const coveredByDefault = /* @__PURE__ */ coverage(presets, undefined)

const known = ['credential', 'apis', 'store', 'observe', 'resend'] as const

/**
 * Makes a {@link CloudPartnerAuth}. Nothing is sent, and nothing of the environment read, until a request needs a token.
 *
 * Throws a TypeError that names the option that is malformed, or none of its options.
 *
 * @example
 * const auth = cloudPartnerAuth({ credential: clientSecret({ tenantId, clientId, secret }) })
 */
export function cloudPartnerAuth(given: CloudPartnerAuthOptions = {}): CloudPartnerAuth {
  checkNoOther(given)
  const options = optionsOf(given, known, 'cloudPartnerAuth')
  const { resend = true, store, credential: passed = environment() } = options
  check(typeof resend === 'boolean', 'resend must be true or false')
  check(
    options.observe === undefined || typeof options.observe === 'function',
    `observe must be a function of an event, and not ${shown(options.observe)}`,
  )
  const observe = options.observe && quiet(options.observe)
  const listed = options.apis === undefined ? undefined : checkedApis(options.apis)
  const apis = listed ?? presets
  const look = environmentLook()
  const credential = inEnvironment(checkedCredential(passed), look)
  if (store !== undefined) checkStore(store, credential)

  const tell = observe ?? (() => {})
  const acquired = store ? throughStore(credential, { store, observe: tell }) : credential
  let coverings: readonly Covering[] = []
  let happenings: WeakMap<object, Happened> | undefined
  // Once without the environment, for the mistakes that Apis can make among themselves.
  let covered = listed ? coverage(listed, undefined) : coveredByDefault
  let coveredFor: Environment | undefined

  /** Apis of one audience share a source; it costs nothing until one of them is used. */
  function coveringOf(api: Api): Covering {
    for (const covering of coverings) if (covering.api === api) return covering
    const { audience } = api
    const same = coverings.find(other => other.api.audience === audience)
    const source = same?.source ?? tokenSource({ credential: acquired, audience, observe: tell })
    const covering = { api, source }
    coverings = [...coverings, covering]
    return covering
  }

  /** Throws where the variable of the emulator is malformed. */
  function heedEnvironment(): void {
    const environment = look()
    if (coveredFor !== environment) {
      const { emulator } = environment
      if (emulator || coveredFor?.emulator) covered = coverage(apis, emulator)
      coveredFor = environment
      if (emulator) observe?.({ type: 'emulator_in_effect', origin: emulator })
    }
    if (!credential.inEnvironment) environment.keep()
  }

  function covering(url: string): Covering | undefined {
    check(typeof url === 'string', `covering(url) takes a URL as text, and not ${shown(url)}`)
    heedEnvironment()
    const api = covered(url)
    return api && coveringOf(api)
  }

  function listedApi(api: Api, method: string): Api {
    check(!Array.isArray(api), `${method}() takes Apis, and not a list of them: ready(...apis)`)
    const found = apis.find(one => one.audience === api?.audience)
    check(
      found,
      `${method}(): ${api?.name ?? shown(api)} is none of the apis of this auth: pass it to cloudPartnerAuth({ apis })`,
    )
    return found
  }

  async function ready(...wanted: readonly Api[]): Promise<void> {
    const named = wanted.length > 0 ? wanted : (listed ?? [cloudPartnerPortal])
    await Promise.all(
      named.map(async api => {
        const known = listedApi(api, 'ready')
        try {
          heedEnvironment()
          await coveringOf(known).source.get()
        } catch (thrown) {
          throw isCloudPartnerAuthError(thrown)
            ? retold(thrown, text => `${known.name}: ${text}`)
            : thrown
        }
      }),
    )
  }

  return {
    resend,
    observe,
    covering,
    remember(delivered, happened) {
      happenings ??= new WeakMap()
      happenings.set(delivered, happened)
    },
    explain(failed) {
      const explained = (failed: unknown) =>
        explanation({ failed, happened: find(happenings, failed), apis: effective(apis, look) })
      try {
        return explained(failed)
      } catch {
        return explained(new Error('it throws when it is looked at')) // whoever explains has an error already
      }
    },
    ready,
    asTokenCredential(api) {
      const known = listedApi(api, 'asTokenCredential')
      return asTokenCredential(known, () => coveringOf(known).source)
    },
    close() {
      for (const { source } of coverings) source.close()
    },
  }
}

function checkedApis(apis: readonly Api[]): readonly Api[] {
  check(
    Array.isArray(apis) && apis.length > 0,
    `apis must be a list of at least one Api, such as [cloudPartnerPortal], and not ${shown(apis)}`,
  )
  return apis.map((api, index) => checkedApi(api, `apis[${index}]`))
}

function checkedCredential(credential: Credential): Credential {
  check(
    typeof credential !== 'function',
    `credential is ${shown(credential)}: call it, and pass what it returns`,
  )
  if (has(credential, 'acquire')) return credential
  check(
    !has(credential, 'then'),
    'credential is a promise: await it, and pass what it resolves with',
  )
  check(
    !has(credential, 'covering'),
    'credential is an auth, which cloudPartnerAuth() has made already: pass it to an adapter as it is',
  )
  check(
    !has(credential, 'getToken'),
    'credential has getToken(), as those of @azure/identity have: pass { credential: tokenCredential(credential) }',
  )
  throw new TypeError(
    'credential must be made by clientSecret(), tokenEndpoint() or another factory of this package, ' +
      `or be an object with acquire(), and not ${shown(credential)}${typeof credential === 'object' && credential ? ' without it' : ''}`,
  )
}

/** What is no options object, but goes into one, or comes of one. */
function checkNoOther(given: unknown): void {
  check(
    !has(given, 'acquire'),
    'cloudPartnerAuth() takes options: pass the credential as cloudPartnerAuth({ credential })',
  )
  check(
    !has(given, 'covering'),
    'cloudPartnerAuth() takes options, and this is an auth, which it has made already: pass it to an adapter as it is',
  )
  const ofCredential = ['tenantId', 'clientId', 'secret'].find(
    name => typeof given === 'object' && given !== null && Object.hasOwn(given, name),
  )
  check(
    !ofCredential,
    `cloudPartnerAuth has no option "${ofCredential}", which belongs to a credential: ` +
      'cloudPartnerAuth({ credential: clientSecret({ tenantId, clientId, secret }) })',
  )
}

function has(value: unknown, method: string): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof member(value as Record<string, unknown>, method) === 'function'
  )
}

/** The Apis, with the origins that are in effect. */
function effective(apis: readonly Api[], look: () => Environment): readonly Api[] {
  try {
    const { emulator } = look()
    return apis.map(api => bare({ ...api, origins: originsOf(api, emulator) }))
  } catch {
    return apis // a malformed variable keeps no explanation back
  }
}

/** By the answer itself, by what an error says was its answer, or by the headers, which is all that undici hands through. */
function find(
  happenings: WeakMap<object, Happened> | undefined,
  failed: unknown,
): Happened | undefined {
  const of = (value: unknown, name: string) =>
    typeof value === 'object' && value !== null
      ? member(value as Record<string, unknown>, name)
      : undefined
  const response = of(failed, 'response')
  for (const one of [failed, response, of(failed, 'headers'), of(response, 'headers')]) {
    const happened = typeof one === 'object' && one !== null ? happenings?.get(one) : undefined
    if (happened) return happened
  }
  return undefined
}
