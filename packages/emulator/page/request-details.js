/** @import { CurlCommand, ShownEntry, ShownSide, ShownTranscript } from '../src/page/protocol.ts' */

import { copyButton } from './copy.js'
import { badge, definitions, element, inline, listing } from './dom.js'
import { read } from './emulator.js'
import { statusBadge } from './status-badge.js'

/**
 * Shows everything about one request. Headers and bodies are read from the emulator when this is called.
 * @param {ShownEntry} entry
 */
export function requestDetails(entry) {
  const said = element('div', { class: 'sides' }, quiet('Reading…'))
  void showTranscript(said, entry)
  return element('div', { class: 'details' }, said, token(entry), about(entry))
}

/**
 * @param {HTMLElement} parent
 * @param {ShownEntry} entry
 */
async function showTranscript(parent, entry) {
  try {
    /** @type {ShownTranscript} */
    const { request, answer } = await read(`/_emulator/requests/${entry.id}`)
    const curl = copyButton('Copy as curl', () => curlOf(entry))
    const basis = entry.answer && answerBasis(entry.answer)
    const never = entry.phase === 'arrived' ? 'Not answered yet.' : 'Never answered.'
    parent.replaceChildren(
      side('Request', request, curl),
      answer ? side('Answer', answer, statusBadge(entry), basis) : quiet(never),
    )
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    parent.replaceChildren(quiet(message))
  }
}

/** @param {ShownEntry} entry */
async function curlOf({ id }) {
  /** @type {CurlCommand} */
  const { curl } = await read(`/_emulator/requests/${id}/curl`)
  return curl
}

/**
 * @param {string} title
 * @param {ShownSide} said
 * @param {HTMLElement} [tool]
 * @param {HTMLElement} [lead]
 */
function side(title, { headers, bytes, text, cut }, tool, lead) {
  const size = text === undefined ? `${bytes} bytes that are no text` : `cut off, ${bytes} bytes`
  return element(
    'section',
    { 'aria-label': title },
    element('div', { class: 'over' }, element('h3', {}, title), tool),
    lead,
    ...headerLists(Object.entries(headers)),
    text ? listing(`${title}: body`, text) : undefined,
    bytes === 0 ? quiet('No body') : text === undefined || cut ? quiet(size) : undefined,
  )
}

// Headers that every client sends, so that they tell little about a request.
const usual = new Set([
  ...['host', 'connection', 'accept', 'accept-encoding', 'accept-language', 'user-agent'],
  ...['content-length', 'sec-fetch-mode'],
])

/** @param {[string, string][]} headers */
function headerLists(headers) {
  const telling = headers.filter(([name]) => !usual.has(name))
  const rest = headers.filter(([name]) => usual.has(name))
  const more = `${rest.length} more ${rest.length === 1 ? 'header' : 'headers'}`
  return [
    telling.length > 0 ? definitions(telling) : undefined,
    rest.length > 0
      ? element('details', {}, element('summary', {}, more), definitions(rest))
      : undefined,
  ]
}

/** @param {string} text */
function quiet(text) {
  return element('p', { class: 'quiet' }, text)
}

/**
 * Says what the emulator's answer rests on.
 * @param {NonNullable<ShownEntry['answer']>} answer
 */
function answerBasis({ basis, when, source }) {
  const tone = { documented: 'good', observed: 'info' }[basis] ?? 'none'
  return element(
    'p',
    { class: 'basis' },
    badge(basis, tone),
    ' when ',
    ...inline(when),
    ': ',
    ...inline(source),
  )
}

/** @param {ShownEntry} entry */
function token({ token }) {
  if (!token) return undefined
  return element(
    'details',
    {},
    element('summary', {}, 'Token, decoded'),
    definitions(Object.entries(token.claims).map(withTime)),
  )
}

/**
 * @param {[string, unknown]} claim
 * @returns {[string, unknown]}
 */
function withTime([name, value]) {
  const isTime = ['iat', 'nbf', 'exp'].includes(name) && typeof value === 'number'
  return [name, isTime ? `${value} (${new Date(value * 1000).toISOString().slice(11, 19)})` : value]
}

/** @param {ShownEntry} entry */
function about(entry) {
  return element(
    'details',
    {},
    element('summary', {}, 'Identifiers'),
    definitions([
      ['request', entry.id],
      ['resend of', entry.resendOf],
      ['tenant', entry.tenant],
      ['client id', entry.clientId],
      ['scope', entry.scope],
      ['resource', entry.resource],
      ['claims', entry.claims],
      ['token', entry.tokenId],
    ]),
  )
}
