import {
  CloudPartnerAuthError,
  type CloudPartnerAuthErrorCode,
  isCloudPartnerAuthError,
} from '../cloud-partner-auth-error.ts'
import type { Credential } from '../credential/credential.ts'
import { hasChanged } from '../token/acquisition.ts'
import { coolDown, rememberedFailure } from '../token/failure-memory.ts'

/** What the authority said to those of a fleet who asked in vain. Spans are milliseconds. */
export interface SharedFailure {
  /** A hash of what it refused; absent where the failure passes, and then it concerns everybody. */
  readonly proof?: string | undefined
  readonly error: ErrorFacts
  /** How often in a row, whoever tried. */
  readonly tries: number
  /** How long ago the first of these tries failed, … */
  readonly since: number
  /** … and the last. */
  readonly ago: number
  /** For how long after that the authority asked for a pause (Retry-After). */
  readonly retryAfter?: number | undefined
}

/** All that are known of one token, and the salt of their hashes. */
export interface SharedFailures {
  readonly salt: string
  readonly list: readonly SharedFailure[]
}

/** What a failure is known by; see `CloudPartnerAuthErrorFacts`. */
export interface ErrorFacts {
  readonly code: CloudPartnerAuthErrorCode
  readonly message: string
  readonly status?: number | undefined
  readonly oauthError?: string | undefined
  readonly aadsts?: number | undefined
  readonly correlationId?: string | undefined
  readonly traceId?: string | undefined
}

const second = 1_000
const longestRetryAfter = 3_600 * second
/** May be about one process's network and not about the authority. */
const ownWord: readonly string[] = ['authority_unreachable', 'acquisition_timed_out']
/** So many of those are followed by another process's try at once: it may reach what the last one did not. */
const otherTries = 4

export function noFailures(): SharedFailures {
  return { salt: crypto.randomUUID(), list: [] }
}

/** The same, `ms` later. */
export function aged({ salt, list }: SharedFailures, ms: number): SharedFailures {
  return { salt, list: list.map(one => ({ ...one, since: one.since + ms, ago: one.ago + ms })) }
}

/** Those that concern a process with this credential. What it proves itself with is looked at only if any was refused. */
export async function concerning(
  credential: Credential,
  { salt, list }: SharedFailures,
): Promise<readonly SharedFailure[]> {
  const refusals = list.some(({ proof }) => proof !== undefined)
  const own = refusals ? await digestOf(credential, salt) : undefined
  return list.filter(({ proof }) => proof === undefined || proof === own)
}

/** For whom the next try is looked for. */
export interface NextTry {
  /** Nobody waits for it. */
  readonly background?: boolean
  /** This process was the one to fail, or one of them. */
  readonly again?: boolean
}

/** Milliseconds until the fleet's next try, made as one process would make it. */
export function pauseLeft(failure: SharedFailure, next: NextTry): number {
  return Math.max(0, pauseAfter(failure, next) - failure.ago)
}

/** How long a failure is worth knowing: beyond its pause, so that the next try counts as another one in a row. */
export function memoryOf(failure: SharedFailure): number {
  return 2 * pauseAfter(failure, { background: true }) + 60 * second
}

function pauseAfter(failure: SharedFailure, next: NextTry): number {
  const { proof, error, tries, retryAfter = 0 } = failure
  if (proof !== undefined) return coolDown(tries, error.aadsts)
  return Math.max(Math.min(retryAfter, longestRetryAfter), backoff(failure, next))
}

function backoff({ error, tries }: SharedFailure, { background, again }: NextTry): number {
  if (background) return Math.min(5 * second * 2 ** (tries - 1), 30 * second)
  const mayDiffer = ownWord.includes(error.code) && !again
  const paused = mayDiffer ? tries - otherTries : tries
  return paused > 0 ? Math.min(0.5 * second * 2 ** (paused - 1), 16 * second) : 0
}

/** The failure as this process's callers shall see it, with since when and until when. */
export function toldFailure(
  { proof, error, since }: SharedFailure,
  left: number,
): CloudPartnerAuthError {
  const { code, message, ...facts } = error
  const first = new CloudPartnerAuthError(code, message, { ...facts, retryable: !proof })
  return rememberedFailure(first, Date.now() - since, Date.now() + left)
}

/**
 * What the others shall know after a try of this process failed; `undefined` where it is none of their business. A
 * failure that only this process can have, such as its callback's, is nobody else's; a lasting one is shared only where
 * the credential says what was refused.
 */
export async function afterFailure(
  known: SharedFailures,
  { thrown, credential, claims }: FailedTry,
): Promise<SharedFailures | undefined> {
  if (!isCloudPartnerAuthError(thrown) || !isOfAuthority(thrown)) return undefined
  const { salt } = known
  const { retryable } = thrown
  // Refused claims are no refused secret. And one that was rotated since the try began is another one.
  if (!retryable && (claims !== undefined || (await hasChanged(credential)))) return undefined
  const proof = retryable ? undefined : await digestOf(credential, salt)
  if (!retryable && proof === undefined) return undefined
  const last = known.list.find(one => one.proof === proof)
  const next = failed(thrown, { proof, last })
  return { salt, list: [next, ...known.list.filter(one => one !== last)].slice(0, mostFailures) }
}

/** What the others shall know after a token was had. */
export function afterSuccess(known: SharedFailures, own: readonly SharedFailure[]): SharedFailures {
  return { ...known, list: known.list.filter(one => !own.some(({ proof }) => proof === one.proof)) }
}

interface FailedTry {
  readonly thrown: unknown
  readonly credential: Credential
  readonly claims: string | undefined
}

/** Of different secrets at one time; more are of no use to anybody. */
const mostFailures = 4

function isOfAuthority({ code, retryable }: CloudPartnerAuthError): boolean {
  if (!retryable) return code === 'authority_refused'
  return code.startsWith('authority_') || code === 'acquisition_timed_out'
}

function failed(
  thrown: CloudPartnerAuthError,
  { proof, last }: { proof: string | undefined; last: SharedFailure | undefined },
): SharedFailure {
  const { code, status, oauthError, aadsts, correlationId, traceId, retryAt } = thrown
  const message = thrown.message.slice(`[${code}] `.length)
  const error = { code, message, status, oauthError, aadsts, correlationId, traceId }
  return {
    proof,
    // A try may only have had no time left; what was said before says more.
    error: code === 'acquisition_timed_out' ? (last?.error ?? error) : error,
    tries: (last?.tries ?? 0) + 1,
    since: last?.since ?? 0,
    ago: 0,
    retryAfter: retryAt === undefined ? undefined : Math.max(0, retryAt - Date.now()),
  }
}

async function digestOf(credential: Credential, salt: string): Promise<string | undefined> {
  try {
    return await credential.digest?.(salt)
  } catch {
    return undefined // a secret that cannot be read now is found out by the token request
  }
}
