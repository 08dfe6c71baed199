/** What an answer rests on: a documentation page, somebody who saw it, or a choice of ours. */
export type Basis = 'documented' | 'observed' | 'chosen'

/** One answer that a service gives: when it gives it, and how we know. */
export interface Answer {
  readonly status: number
  /** What has to be so, as a clause that follows "when". */
  readonly when: string
  readonly basis: Basis
  /** The address of a page or of a public thread; for a choice, the reason. */
  readonly source: string
}

/** The answers of one operation or of one API, by the names that its code uses. */
export type AnswerTable = Readonly<Record<string, Answer>>

/** An answer that a documentation page describes. */
export function documented(status: number, when: string, source: string): Answer {
  return { status, when, basis: 'documented', source }
}

/** An answer that was seen in a public thread, or that a public client or its tests rely on. */
export function observed(status: number, when: string, source: string): Answer {
  return { status, when, basis: 'observed', source }
}

/** An answer that nobody has described. */
export function chosen(status: number, when: string, reason: string): Answer {
  return { status, when, basis: 'chosen', source: reason }
}
