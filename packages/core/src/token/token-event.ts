import type { CloudPartnerAuthErrorCode } from '../cloud-partner-auth-error.ts'
import type { RejectionReason } from '../store/token-store.ts'

/**
 * What happened, told to `observe` of `cloudPartnerAuth()`. No event carries a secret or a token.
 *
 * `reason` of an acquisition: the first token, the last one expired, renewed early while it is still valid, the API
 * refused it, or answered 403, which may be about the token, or asked for claims. Why a request is not resent: see {@link NotResent}.
 */
export type TokenEvent =
  | {
      readonly type: 'token_acquired'
      readonly audience: string
      readonly reason: AcquisitionReason
      /** `store`: another process had acquired it, and no token request was made here. */
      readonly from: 'authority' | 'store'
      readonly expiresAt: number
      /** Milliseconds from the first try to the token. */
      readonly took: number
    }
  | {
      readonly type: 'acquisition_failed'
      readonly audience: string
      readonly reason: AcquisitionReason
      /** Another process was told so, and no token request was made here. */
      readonly from?: 'store' | undefined
      readonly code: CloudPartnerAuthErrorCode
      readonly aadsts?: number | undefined
      /** Before this instant (milliseconds since the Unix epoch) no further token request is made. */
      readonly retryAt?: number | undefined
    }
  | {
      readonly type: 'credential_expiring'
      readonly identity?: string | undefined
      /** When the certificate or secret in use expires: in less than 30 days. */
      readonly expiresAt: number
    }
  | {
      /** The store is left alone until `retryAt`; tokens come from the authority as they would without it. */
      readonly type: 'store_failed'
      readonly operation: 'look' | 'get' | 'set' | 'lock'
      readonly why: 'timed_out' | 'failed'
      /** What the store's client says, such as `ECONNREFUSED` or `NOPERM`. */
      readonly code?: string | undefined
      readonly retryAt: number
    }
  | {
      /** An entry that must not be used; the next token acquired replaces it. */
      readonly type: 'store_entry_rejected'
      readonly audience: string
      readonly why: RejectionReason
    }
  | {
      /** The request goes out without a token of ours; no Api where its URL is not covered. */
      readonly type: 'request_not_authorized'
      readonly why: 'not_covered' | 'own_authorization'
      readonly api?: string | undefined
      /** Origin and path only. */
      readonly url: string
    }
  | {
      /** `CLOUD_PARTNER_EMULATOR` stands for the authority and the presets. */
      readonly type: 'emulator_in_effect'
      readonly origin: string
    }
  | {
      readonly type: 'request_resent'
      readonly api: string
      /** Origin and path only. */
      readonly url: string
    }
  | {
      readonly type: 'request_not_resent'
      readonly api: string
      /** Origin and path only. */
      readonly url: string
      readonly why: NotResent
    }

/**
 * `redirected`: a request that may have taken effect before it was redirected, such as a POST, is not begun anew.
 * `renewal_paused`: a renewed token was refused a moment ago, so none was asked for. `same_token`: the authority handed
 * out the refused one again.
 */
export type NotResent =
  | 'body_not_replayable'
  | 'redirected'
  | 'renewal_failed'
  | 'renewal_paused'
  | 'same_token'
  | 'resend_off'

export type AcquisitionReason = 'first' | 'expired' | 'early' | 'refused' | 'doubted' | 'claims'

export type Observe = (event: TokenEvent) => void

/** `observe` as core may call it anywhere: an observer that throws must not fail a request. */
export function quiet(observe: Observe): Observe {
  return event => {
    try {
      const returned: unknown = observe(event) // `void` admits an async function, which rejects instead
      Promise.resolve(returned).catch(() => {})
    } catch {
      // The observer's own failure is the observer's; there is nobody here to tell.
    }
  }
}
