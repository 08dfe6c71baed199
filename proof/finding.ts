/** One promise, what was measured, and whether it held. */
export interface Finding {
  readonly promise: string
  readonly figure: string
  readonly held: boolean
  /** Why it fell short, if it did. */
  readonly because?: string
}
