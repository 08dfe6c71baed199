import type { ApiName } from '../api/api-name.ts'

/** What a request is for: an emulated service, the page, or neither (`elsewhere`). */
export type Side = ApiName | 'authority' | 'discovery' | 'managed-identity' | 'page' | 'elsewhere'
