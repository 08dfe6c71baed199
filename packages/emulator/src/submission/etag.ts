import { createHash } from 'node:crypto'

/** The tag of the n-th state of a resource. */
export function etagOf(id: string, changes: number): string {
  return `"${createHash('sha256').update(`${id} ${changes}`).digest('hex').slice(0, 16)}"`
}
