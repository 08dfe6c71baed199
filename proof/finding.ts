/** One promise, what was measured, and whether it held. */
export interface Finding {
  readonly promise: string
  readonly figure: string
  readonly held: boolean
  /** Where it fell short: why. */
  readonly because?: string
}
