/** @import { ShownEntry } from '../src/page/protocol.ts' */

import { badge } from './dom.js'

/**
 * Makes a badge with the status of a request, or with the fact that it has none.
 * @param {ShownEntry} entry
 */
export function statusBadge({ status, phase, fault }) {
  const tone = status === 0 ? 'none' : status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good'
  if (status > 0) return badge(String(status), tone)
  if (phase === 'arrived') return badge('…', 'none')
  const never = badge('none', 'bad')
  never.title = fault === undefined ? 'Never answered' : `Never answered: ${fault}`
  return never
}
