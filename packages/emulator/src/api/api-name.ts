/** The APIs that are emulated, by the names that logs and faults use. */
export const apiNames = [
  'portal',
  'product-ingestion',
  'submission',
  'saas',
  'metering',
  'analytics',
] as const

/** One of the emulated APIs. */
export type ApiName = (typeof apiNames)[number]

/** Whether a name is that of an emulated API. */
export function isApi(name: string): name is ApiName {
  return apiNames.some(api => api === name)
}
