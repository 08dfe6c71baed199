import type { ApiName } from '../api/api-name.ts'

/** What a request is for: one of the emulated services, the page, or nothing that is here. */
export type Side = ApiName | 'authority' | 'discovery' | 'managed-identity' | 'page' | 'elsewhere'
