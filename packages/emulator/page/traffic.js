/** @import { ShownEntry } from '../src/page/protocol.ts' */

import { badge, button, byId, element, selectById } from './dom.js'
import { control } from './emulator.js'
import { requestDetails } from './request-details.js'
import { apisTaking, serviceOf, titleOf } from './services.js'
import { statusBadge } from './status-badge.js'
import { clockTime, span } from './time.js'

const rowLimit = 500

/** @typedef {{ entry: ShownEntry, row: HTMLTableRowElement, detail?: HTMLTableRowElement }} Shown */

/** @type {Map<string, Shown>} */
const shown = new Map()
/** @type {ShownEntry[]} */
let held = []
let paused = false

/**
 * Shows requests, the newest on top.
 * @param {readonly ShownEntry[]} entries Oldest first.
 */
export function showEntries(entries) {
  if (paused) {
    held = [...held, ...entries].slice(-rowLimit)
    byId('pause').textContent = `Resume (${new Set(held.map(({ id }) => id)).size})`
    return
  }
  for (const entry of entries) showEntry(entry)
  for (const [id, { row, detail }] of shown) {
    if (shown.size <= rowLimit) break
    row.remove()
    detail?.remove()
    shown.delete(id)
  }
  showCount()
}

/** Forgets all requests. */
export function forgetEntries() {
  shown.clear()
  held = []
  byId('rows').replaceChildren()
  showCount()
}

/** @param {ShownEntry} entry */
function showEntry(entry) {
  const known = shown.get(entry.id)
  if (known) {
    known.entry = entry
    fill(known.row, entry)
    if (known.detail) fillDetail(known.detail, entry)
    filterRow(known)
    return
  }
  const row = element('tr', { class: 'request fresh' })
  fill(row, entry)
  byId('rows').prepend(row)
  const made = { entry, row }
  shown.set(entry.id, made)
  filterRow(made)
}

// ---------------------------------------------------------------- one row

/**
 * Fills a row anew, except for its button, which can have the focus.
 * @param {HTMLTableRowElement} row
 * @param {ShownEntry} entry
 */
function fill(row, entry) {
  const service = serviceOf(entry)
  row.replaceChildren(
    row.cells[0] ?? element('td', { class: 'time' }, opener(entry)),
    element('td', {}, statusBadge(entry)),
    element('td', { class: 'service', 'data-service': service }, titleOf(service)),
    element('td', { class: 'line-cell' }, requestLine(entry), notes(entry)),
    element(
      'td',
      { class: 'sender' },
      element('div', { class: 'mono' }, tokenText(entry)),
      element('div', { class: 'client', title: entry.client }, entry.client),
    ),
  )
}

/** @param {ShownEntry} entry */
function opener({ id, at }) {
  const made = button(clockTime(at), () => toggle(id, made), {
    class: 'open',
    'aria-expanded': 'false',
    tabindex: '-1',
  })
  return made
}

/**
 * @param {string} id
 * @param {HTMLButtonElement} opener
 */
function toggle(id, opener) {
  const one = shown.get(id)
  if (!one) return
  const open = !one.detail
  opener.setAttribute('aria-expanded', String(open))
  one.detail?.remove()
  delete one.detail
  if (!open) return
  one.detail = element('tr', { class: 'detail' }, element('td', { colspan: '5' }))
  one.row.after(one.detail)
  fillDetail(one.detail, one.entry)
}

/**
 * @param {HTMLTableRowElement} detail
 * @param {ShownEntry} entry
 */
function fillDetail(detail, entry) {
  detail.cells[0]?.replaceChildren(requestDetails(entry))
}

/** @param {ShownEntry} entry */
function requestLine(entry) {
  const line = element('div', { class: 'line mono' })
  const method = (/** @type {string} */ text) => element('span', { class: 'method' }, text)
  if (entry.type === 'token-request') {
    line.append(method(tokenEndpoints[entry.endpoint ?? ''] ?? 'Token'), ' ', audience(entry))
  } else if (entry.type === 'discovery-request') {
    line.append(method('Discovery'), ` ${entry.url}`)
  } else {
    line.append(method(entry.method ?? ''), ' ', ...markedUrl(entry))
  }
  return line
}

/** @type {Record<string, string>} */
const tokenEndpoints = {
  v1: 'Token, v1',
  v2: 'Token, v2',
  'app-service': 'Token, App Service',
  imds: 'Token, IMDS',
}

/** @param {ShownEntry} entry */
function audience({ scope, resource }) {
  const asked = scope ?? resource ?? ''
  const titles = apisTaking(asked.replace(/\/\.default$/, ''))
  // A URL tells whose audience it is; a GUID does not.
  return asked.includes('://') || titles.length === 0 ? asked : `${asked} (${titles.join(', ')})`
}

/**
 * Returns the URL as it was sent, with the version in it marked.
 * @param {ShownEntry} entry
 * @returns {(string | Node)[]}
 */
function markedUrl({ url = '' }) {
  return url
    .split(/((?:api-version|(?:\$|%24)version)=[^&#]*)/i)
    .map((part, index) => (index % 2 === 1 ? element('span', { class: 'version' }, part) : part))
}

/** @param {ShownEntry} entry */
function notes({ refused, fault, resendOf, error, credential, tokenId }) {
  const made = element('div', { class: 'notes' })
  if (resendOf) made.append(badge('resent with a new token', 'info'))
  if (fault) made.append(badge(`fault: ${fault}`, 'warn'))
  if (refused) made.append(element('span', { class: 'why' }, refused))
  if (error) made.append(element('span', { class: 'why' }, `AADSTS${error}`))
  if (tokenId) {
    const by = credential ? ` for a ${credential}` : ''
    made.append(element('span', { class: 'quiet' }, `issued ${short(tokenId)}${by}`))
  }
  return made
}

/** @param {ShownEntry} entry */
function tokenText({ token }) {
  return token ? `${short(token.id)}, ${span(token.age)} old` : ''
}

/**
 * Shortens an id to its beginning.
 * @param {string} id
 */
export function short(id) {
  return id.length > 6 ? `${id.slice(0, 6)}…` : id
}

// ---------------------------------------------------------------- which rows

const serviceFilter = selectById('service-filter')
const filterInput = /** @type {HTMLInputElement} */ (byId('filter'))
const problemsOnly = /** @type {HTMLInputElement} */ (byId('problems'))

/** @param {Shown} one */
function filterRow({ entry, row, detail }) {
  const text = `${row.textContent} ${entry.url ?? ''}`.toLowerCase()
  const hidden =
    !text.includes(filterInput.value.trim().toLowerCase()) ||
    (serviceFilter.value !== '' && serviceFilter.value !== serviceOf(entry)) ||
    (problemsOnly.checked && !isProblem(entry))
  row.hidden = hidden
  if (detail) detail.hidden = hidden
}

/** @param {ShownEntry} entry */
function isProblem({ status, phase, fault }) {
  return status >= 400 || (status === 0 && phase === 'ended') || fault !== undefined
}

function showCount() {
  const all = [...shown.values()]
  const visible = all.filter(({ row }) => !row.hidden).length
  byId('count').textContent =
    visible === all.length ? `${all.length}` : `${visible} of ${all.length}`
  byId('none-match').hidden = visible > 0 || all.length === 0
  if (!byId('rows').contains(document.activeElement)) setStop(openers()[0])
  if (byId('empty').hidden === all.length > 0) return
  byId('empty').hidden = all.length > 0
  document.dispatchEvent(new CustomEvent('emptied', { detail: all.length === 0 }))
}

function filterAll() {
  for (const one of shown.values()) filterRow(one)
  showCount()
}

for (const choice of [serviceFilter, problemsOnly]) choice.addEventListener('change', filterAll)
filterInput.addEventListener('input', filterAll)

byId('pause').addEventListener('click', () => {
  paused = !paused
  byId('pause').setAttribute('aria-pressed', String(paused))
  byId('pause').textContent = paused ? 'Resume' : 'Pause'
  if (paused) return
  const entries = held
  held = []
  showEntries(entries)
})

// The emulator makes every page start anew after that.
byId('clear').addEventListener('click', () =>
  control('DELETE', '/_emulator/log', {}, 'The log is empty.'),
)

// ---------------------------------------------------------------- from row to row

/** Returns the buttons of the rows that are not hidden. */
function openers() {
  return [...byId('rows').querySelectorAll('tr.request:not([hidden]) .open')]
}

/**
 * Makes this button the only one among the rows that the Tab key stops at. Arrow keys lead from row to row.
 * @param {Element | undefined} stop
 */
function setStop(stop) {
  for (const other of byId('rows').querySelectorAll('.open[tabindex="0"]')) {
    if (other !== stop) other.setAttribute('tabindex', '-1')
  }
  stop?.setAttribute('tabindex', '0')
}

byId('rows').addEventListener('keydown', event => {
  const from = event.target instanceof Element ? event.target.closest('.open') : null
  if (!from) return
  const all = openers()
  const index = all.indexOf(from)
  const targets = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: all.length - 1 }
  const target = all[targets[/** @type {keyof typeof targets} */ (event.key)] ?? -1]
  if (!(target instanceof HTMLElement)) return
  event.preventDefault()
  setStop(target)
  target.focus()
})
