import type { StableIds } from '../stable-ids.ts'
import type { Api } from './api.ts'
import type { TokenCheck } from './bearer-token.ts'

/** An API with what it works on. */
export interface Service<State> {
  readonly api: Api<State>
  readonly state: () => State
  readonly newId: () => StableIds
  readonly checkToken: TokenCheck
  readonly authorityOrigin: () => string
}
