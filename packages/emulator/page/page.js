// Shows what the emulator's event stream tells. All of it is other people's text, so it only ever
// becomes text nodes; the page's content security policy holds that too.

const rowLimit = 500

/** @typedef {Record<string, unknown>} Json */
/**
 * @typedef {object} Entry
 * @property {'arrived' | 'ended'} phase
 * @property {'request' | 'token-request' | 'discovery-request'} type
 * @property {string} id
 * @property {number} at
 * @property {number} status
 * @property {string} client
 * @property {string} [method]
 * @property {string} [url]
 * @property {string} [apiVersion]
 * @property {{ id: string, age: number, claims: Json }} [token]
 * @property {Record<string, string>} [headers]
 * @property {{ bytes: number, sha256: string, complete: boolean }} [body]
 * @property {string} [refused]
 * @property {string} [fault]
 * @property {string} [resendOf]
 * @property {string} [endpoint]
 * @property {string} [tenant]
 * @property {string} [clientId]
 * @property {string} [resource]
 * @property {string} [scope]
 * @property {string} [claims]
 * @property {string} [credential]
 * @property {number} [error]
 * @property {string} [tokenId]
 */
/** @typedef {{ id: string, fault: Json & { type: string, count?: number, path?: string, on?: string }, applied: number }} Fault */
/** @typedef {{ id: string, app: string, state: 'valid' | 'expired' | 'revoked', claims: Json }} Token */
/** @typedef {{ publisherId: string, id: string, version: number, status: string, steps: { name: string, status: string, percentage: number }[] }} Offer */
/** @typedef {{ faults: Fault[], tokens: Token[], offers: Offer[], speed: number }} State */

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function byId(id) {
  const found = document.getElementById(id)
  if (!found) throw new Error(`The page has no #${id}.`)
  return found
}

/**
 * Makes an element with text or other nodes in it.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {...(string | Node | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children.filter(child => child !== undefined))
  return made
}

// ---------------------------------------------------------------- what was said

let silence = 0

/** @param {string} text */
function say(text) {
  byId('said').textContent = text
  clearTimeout(silence)
  silence = setTimeout(() => {
    byId('said').textContent = ''
  }, 4000)
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Json} body
 * @param {string} done
 */
async function control(method, path, body, done) {
  const headers = { 'content-type': 'application/json' }
  try {
    const response = await fetch(path, { method, headers, body: JSON.stringify(body) })
    if (response.ok) return say(done)
    const { error } = await response.json()
    say(String(error))
  } catch {
    say('The emulator cannot be reached.')
  }
}

// ---------------------------------------------------------------- the clock

let emulatedAt = Date.now()
let heardAt = performance.now()
let speed = 1

function emulatedNow() {
  return emulatedAt + (performance.now() - heardAt) * speed
}

/** @param {number} at */
function clockTime(at) {
  return new Date(at).toISOString().slice(11, 23)
}

function showTime() {
  const now = new Date(emulatedNow()).toISOString()
  byId('now').textContent = `${now.slice(0, 10)} ${now.slice(11, 19)} UTC`
  byId('speed').textContent = speed === 1 ? '' : speed === 0 ? '(stopped)' : `(${speed}×)`
}

/** @param {number} ms */
function span(ms) {
  const seconds = Math.round(Math.abs(ms) / 1000)
  const sign = ms <= -1000 ? '−' : ''
  if (seconds < 120) return `${sign}${seconds} s`
  if (seconds < 7200) return `${sign}${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${sign}${Math.round(seconds / 3600)} h`
  return `${sign}${Math.round(seconds / 86_400)} days`
}

// ---------------------------------------------------------------- the traffic

/** @type {Map<string, { entry: Entry, row: HTMLTableRowElement, detail?: HTMLTableRowElement }>} */
const shown = new Map()
/** @type {Entry[]} */
let held = []
let paused = false

/** @param {Entry[]} entries */
function showEntries(entries) {
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

/** @param {Entry} entry */
function showEntry(entry) {
  const known = shown.get(entry.id)
  if (known) {
    known.entry = entry
    fill(known.row, entry)
    if (known.detail) known.detail.replaceChildren(facts(entry))
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

/**
 * Fills a row anew, but leaves its button alone, which may have the focus.
 * @param {HTMLTableRowElement} row
 * @param {Entry} entry
 */
function fill(row, entry) {
  const time = row.cells[0] ?? element('td', { class: 'time' }, opener(entry))
  row.replaceChildren(
    time,
    element('td', {}, statusBadge(entry)),
    element('td', { class: 'line-cell' }, requestLine(entry), notes(entry)),
    element('td', { class: 'version mono' }, entry.apiVersion ?? ''),
    element('td', { class: 'token mono' }, tokenText(entry)),
    element('td', { class: 'client', title: entry.client }, entry.client),
  )
}

/** @param {Entry} entry */
function opener({ id, at }) {
  const button = element(
    'button',
    { type: 'button', class: 'open', 'aria-expanded': 'false' },
    clockTime(at),
  )
  button.addEventListener('click', () => toggle(id, button))
  return button
}

/**
 * @param {string} id
 * @param {HTMLButtonElement} button
 */
function toggle(id, button) {
  const one = shown.get(id)
  if (!one) return
  const open = !one.detail
  button.setAttribute('aria-expanded', String(open))
  one.detail?.remove()
  delete one.detail
  if (!open) return
  one.detail = element('tr', { class: 'detail' }, facts(one.entry))
  one.row.after(one.detail)
}

/** @param {Entry} entry */
function statusBadge({ status, phase, fault }) {
  const tone = status === 0 ? 'none' : status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good'
  if (status > 0)
    return element('span', { class: 'status mono', 'data-tone': tone }, String(status))
  if (phase === 'arrived')
    return element('span', { class: 'status mono', 'data-tone': 'none' }, '…')
  const never = fault === undefined ? 'Never answered' : `Never answered: ${fault}`
  return element('span', { class: 'status mono', 'data-tone': 'bad', title: never }, 'none')
}

/** @param {Entry} entry */
function requestLine(entry) {
  const line = element('div', { class: 'line mono' })
  if (entry.type === 'token-request') {
    const what = {
      v1: 'Token, v1',
      v2: 'Token, v2',
      'app-service': 'Token, App Service',
      imds: 'Token, IMDS',
    }
    const name = what[/** @type {keyof typeof what} */ (entry.endpoint)] ?? 'Token'
    line.append(
      element('span', { class: 'method' }, name),
      ` ${entry.scope ?? entry.resource ?? ''}`,
    )
  } else if (entry.type === 'discovery-request') {
    line.append(element('span', { class: 'method' }, 'Discovery'), ` ${entry.url ?? ''}`)
  } else {
    line.append(element('span', { class: 'method' }, entry.method ?? ''), ` ${shortUrl(entry)}`)
  }
  return line
}

// The version has a column of its own.
/** @param {Entry} entry */
function shortUrl({ url = '' }) {
  const [path = '', query = ''] = url.split(/\?(.*)/s)
  const rest = query.split('&').filter(part => part && !/^api-version=/i.test(part))
  return rest.length > 0 ? `${path}?${rest.join('&')}` : path
}

/** @param {Entry} entry */
function notes({ refused, fault, resendOf, error, credential, tokenId }) {
  const made = element('div', { class: 'notes' })
  if (resendOf)
    made.append(element('span', { class: 'badge', 'data-tone': 'info' }, 'resent with a new token'))
  if (fault)
    made.append(element('span', { class: 'badge', 'data-tone': 'warn' }, `fault: ${fault}`))
  if (refused) made.append(element('span', { class: 'why' }, refused))
  if (error) made.append(element('span', { class: 'why' }, `AADSTS${error}`))
  if (tokenId)
    made.append(
      element(
        'span',
        { class: 'quiet' },
        `issued ${short(tokenId)}${credential ? ` for a ${credential}` : ''}`,
      ),
    )
  return made
}

/** @param {Entry} entry */
function tokenText({ token }) {
  return token ? `${short(token.id)}, ${span(token.age)} old` : ''
}

/** @param {string} id */
function short(id) {
  return id.length > 6 ? `${id.slice(0, 6)}…` : id
}

/** @param {Entry} entry */
function facts(entry) {
  const { headers, token, body } = entry
  const about = Object.entries({
    url: entry.url,
    id: entry.id,
    tenant: entry.tenant,
    'client id': entry.clientId,
    scope: entry.scope,
    resource: entry.resource,
    claims: entry.claims,
    'resend of': entry.resendOf,
    body: body && `${body.bytes} bytes${body.complete ? '' : ', incomplete'}`,
    'sha-256': body && body.bytes > 0 ? body.sha256 : undefined,
  })
  const made = element('div', { class: 'facts' }, list('Request', about))
  if (token) made.append(list('Token, decoded', Object.entries(token.claims).map(withTime)))
  if (headers) made.append(list('Headers', Object.entries(headers)))
  return element('td', { colspan: '6' }, made)
}

/**
 * @param {[string, unknown]} claim
 * @returns {[string, unknown]}
 */
function withTime([name, value]) {
  const isTime = ['iat', 'nbf', 'exp'].includes(name) && typeof value === 'number'
  return [name, isTime ? `${value} (${new Date(value * 1000).toISOString().slice(11, 19)})` : value]
}

/**
 * @param {string} title
 * @param {[string, unknown][]} items
 */
function list(title, items) {
  const definitions = element('dl')
  for (const [name, value] of items) {
    if (value === undefined) continue
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    definitions.append(element('dt', {}, name), element('dd', {}, text))
  }
  return element('div', {}, element('h3', {}, title), definitions)
}

const filterInput = /** @type {HTMLInputElement} */ (byId('filter'))
const problemsOnly = /** @type {HTMLInputElement} */ (byId('problems'))

/** @param {{ entry: Entry, row: HTMLTableRowElement, detail?: HTMLTableRowElement }} one */
function filterRow({ entry, row, detail }) {
  const wanted = filterInput.value.trim().toLowerCase()
  const text = `${row.textContent} ${entry.url ?? ''}`.toLowerCase()
  const isProblem =
    entry.status >= 400 ||
    (entry.status === 0 && entry.phase === 'ended') ||
    entry.fault !== undefined
  const hidden = !text.includes(wanted) || (problemsOnly.checked && !isProblem)
  row.hidden = hidden
  if (detail) detail.hidden = hidden
}

function showCount() {
  const all = [...shown.values()]
  const visible = all.filter(({ row }) => !row.hidden).length
  byId('count').textContent =
    visible === all.length ? `${all.length}` : `${visible} of ${all.length}`
  byId('empty').hidden = all.length > 0
}

function filterAll() {
  for (const one of shown.values()) filterRow(one)
  showCount()
}

filterInput.addEventListener('input', filterAll)
problemsOnly.addEventListener('change', filterAll)

byId('pause').addEventListener('click', () => {
  paused = !paused
  byId('pause').setAttribute('aria-pressed', String(paused))
  byId('pause').textContent = paused ? 'Resume' : 'Pause'
  if (paused) return
  const entries = held
  held = []
  showEntries(entries)
})

function forget() {
  shown.clear()
  held = []
  byId('rows').replaceChildren()
  showCount()
}

byId('clear').addEventListener('click', async () => {
  await control('DELETE', '/_emulator/log', {}, 'The log is empty.')
  forget()
})

// ---------------------------------------------------------------- lists that change

/**
 * Brings a list up to date without touching items that stay, so that focus and open details stay too.
 * @template Item
 * @param {HTMLElement} parent
 * @param {Item[]} items
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item) => HTMLElement} make
 * @param {(made: HTMLElement, item: Item) => void} update
 */
function reconcile(parent, items, keyOf, make, update) {
  const old = new Map([...parent.children].map(child => [child.getAttribute('data-key'), child]))
  const wanted = items.map(item => {
    const known = old.get(keyOf(item))
    const made = known instanceof HTMLElement ? known : make(item)
    made.setAttribute('data-key', keyOf(item))
    update(made, item)
    return made
  })
  for (const child of [...parent.children]) {
    if (!wanted.includes(/** @type {HTMLElement} */ (child))) child.remove()
  }
  wanted.forEach((made, index) => {
    if (parent.children[index] !== made) parent.insertBefore(made, parent.children[index] ?? null)
  })
}

/**
 * @param {HTMLElement} made
 * @param {string} selector
 * @param {string} text
 */
function setText(made, selector, text) {
  const found = made.querySelector(selector)
  if (found && found.textContent !== text) found.textContent = text
}

// ---------------------------------------------------------------- faults

/** @param {Fault[]} faults */
function showFaults(faults) {
  byId('no-faults').hidden = faults.length > 0
  reconcile(
    byId('active'),
    faults,
    ({ id }) => id,
    ({ id, fault }) => {
      const label = `Remove the fault ${fault.type}`
      const remove = element('button', { type: 'button', 'aria-label': label }, 'Remove')
      remove.addEventListener('click', async () => {
        // The button goes away with its fault; the focus must not go with it.
        byId('faults-title').focus()
        await control('DELETE', `/_emulator/faults/${id}`, {}, `Removed: ${fault.type}.`)
      })
      const what = element(
        'span',
        { class: 'what' },
        fault.type,
        element('span', { class: 'where' }),
      )
      return element('li', {}, what, remove)
    },
    (made, { fault, applied }) => setText(made, '.where', describeFault(fault, applied)),
  )
}

/**
 * @param {Fault['fault']} fault
 * @param {number} applied
 */
function describeFault({ type: _, count, path, on, ...rest }, applied) {
  const details = Object.entries(rest).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const left = count === undefined ? 'until removed' : `${count - applied} to go`
  return [...(path ? [path] : on ? [on] : []), ...details, left, `applied ${applied}×`].join(' · ')
}

/** @param {Json} fault */
function addFault(fault) {
  return control('POST', '/_emulator/faults', fault, `Added: ${fault['type']}.`)
}

/** @type {[string, Json | (() => Promise<void>)][]} */
const apiPresets = [
  ['Refuse the next', { type: 'refuse', count: 1 }],
  ['Claims challenge', { type: 'claims-challenge' }],
  ['Throttle 3', { type: 'throttle', retryAfter: 2, count: 3 }],
  ['503 for 3', { type: 'error', count: 3 }],
  ['Slow by 2 s', { type: 'slow', delay: 2000 }],
  ['Reset the next', { type: 'reset', count: 1 }],
  ['Half a body', { type: 'half-body', count: 1 }],
  ['Hang', { type: 'hang', count: 1 }],
  ['HTML', { type: 'html', count: 1 }],
  ['Redirect elsewhere', { type: 'redirect', to: 'other-host', count: 1 }],
  ['Clock 2 h ahead', { type: 'skew', by: 7_200_000, count: 1 }],
]
/** @type {typeof apiPresets} */
const tokenPresets = [
  ['Revoke all', () => control('POST', '/_emulator/revocations', {}, 'All tokens are revoked.')],
  ['Refuse the credential', { type: 'refuse', on: 'authority', count: 1 }],
  ['Expire in 30 s', { type: 'expire-early', lifetime: 30_000 }],
  ['Same token again', { type: 'same-token', count: 1 }],
  ['Throttle 3', { type: 'throttle', on: 'authority', retryAfter: 2, count: 3 }],
  ['503 for 3', { type: 'error', on: 'authority', count: 3 }],
  ['Hang', { type: 'hang', on: 'authority', count: 1 }],
  ['Redirect elsewhere', { type: 'redirect', to: 'other-host', on: 'authority', count: 1 }],
]

/**
 * @param {string} id
 * @param {typeof apiPresets} presets
 */
function showPresets(id, presets) {
  for (const [label, act] of presets) {
    const button = element('button', { type: 'button' }, label)
    button.addEventListener('click', () => (typeof act === 'function' ? act() : addFault(act)))
    byId(id).append(button)
  }
}

showPresets('api-presets', apiPresets)
showPresets('token-presets', tokenPresets)

const form = /** @type {HTMLFormElement} */ (byId('fault-form'))
const typeChoice = /** @type {HTMLSelectElement} */ (form.elements.namedItem('type'))
const types =
  'refuse revoke claims-challenge throttle error slow reset half-body hang html skew expire-early same-token redirect answer'
typeChoice.append(...types.split(' ').map(type => element('option', { value: type }, type)))

function showFields() {
  for (const label of form.querySelectorAll('label')) {
    const { for: types } = label.dataset
    label.hidden = types !== undefined && !types.split(' ').includes(typeChoice.value)
  }
}

typeChoice.addEventListener('change', showFields)
showFields()

form.addEventListener('submit', event => {
  event.preventDefault()
  /** @type {Json} */
  const fault = {}
  for (const field of form.elements) {
    if (!('name' in field) || !('value' in field) || field.closest('[hidden]')) continue
    const text = String(field.value).trim()
    if (text === '') continue
    const isNumber = field instanceof HTMLInputElement && field.type === 'number'
    const isSeconds = field.name === 'retryAfter' && /^\d+$/.test(text)
    fault[String(field.name)] = isNumber || isSeconds ? Number(text) : text
  }
  void addFault(fault)
})

// ---------------------------------------------------------------- time

for (const button of document.querySelectorAll('[data-advance]')) {
  button.addEventListener('click', () => {
    const advance = Number(button.getAttribute('data-advance'))
    void control('POST', '/_emulator/clock', { advance }, `Advanced by ${span(advance)}.`)
  })
}

const speedChoice = /** @type {HTMLSelectElement} */ (byId('speed-choice'))
speedChoice.addEventListener('change', () => {
  const name = speedChoice.selectedOptions[0]?.textContent ?? ''
  void control('POST', '/_emulator/clock', { speed: Number(speedChoice.value) }, `Speed: ${name}.`)
})

// ---------------------------------------------------------------- offers and tokens

/** @type {Record<string, [string, string]>} */
const offerStates = {
  neverPublished: ['never published', 'none'],
  running: ['running', 'info'],
  waitingForPublisherReview: ['waiting for sign-off', 'warn'],
  succeeded: ['live', 'good'],
  canceled: ['canceled', 'bad'],
  failed: ['failed', 'bad'],
}

/** @param {Offer[]} offers */
function showOffers(offers) {
  byId('no-offers').hidden = offers.length > 0
  reconcile(
    byId('offers'),
    offers,
    ({ publisherId, id }) => `${publisherId}/${id}`,
    ({ publisherId, id, steps }) => {
      const name = element('span', { class: 'mono' }, `${publisherId}/${id}`)
      const head = element(
        'div',
        { class: 'offer-name' },
        name,
        element('span', { class: 'badge' }),
      )
      const bars = element(
        'ol',
        { class: 'steps', 'aria-hidden': 'true' },
        ...steps.map(() => element('li')),
      )
      return element('li', {}, head, bars, element('div', { class: 'now quiet' }))
    },
    (made, { version, status, steps }) => {
      const [text, tone] = offerStates[status] ?? [status, 'none']
      setText(made, '.badge', text)
      made.querySelector('.badge')?.setAttribute('data-tone', tone)
      made.querySelectorAll('.steps li').forEach((bar, index) => {
        bar.setAttribute('data-status', steps[index]?.status ?? '')
      })
      setText(made, '.now', `Draft version ${version}${currentStep(steps)}`)
    },
  )
}

/** @param {Offer['steps']} steps */
function currentStep(steps) {
  const current = steps.find(({ status }) => status !== 'complete' && status !== 'notStarted')
  if (!current) return ''
  const progress = current.status === 'inProgress' ? ` ${current.percentage} %` : ''
  return ` · ${current.name}${progress}`
}

/** @param {Token[]} tokens */
function showTokens(tokens) {
  byId('no-tokens').hidden = tokens.length > 0
  reconcile(
    byId('tokens'),
    tokens.slice(-30).reverse(),
    ({ id }) => id,
    ({ id, app, claims }) => {
      const summary = element(
        'summary',
        {},
        element('span', { class: 'mono' }, short(id)),
        element('span', { class: 'badge' }),
        element('span', { class: 'left quiet' }),
        element('span', { class: 'app quiet' }, app),
      )
      const text = JSON.stringify(claims, null, 2)
      const region = { tabindex: '0', role: 'region', 'aria-label': `Claims of token ${short(id)}` }
      return element('li', {}, element('details', {}, summary, element('pre', region, text)))
    },
    (made, { state, claims }) => {
      const tone = { valid: 'good', expired: 'none', revoked: 'bad' }[state]
      setText(made, '.badge', state)
      made.querySelector('.badge')?.setAttribute('data-tone', tone)
      made.setAttribute('data-expires', String(Number(claims['exp']) * 1000))
      made.setAttribute('data-state', state)
    },
  )
  showRemaining()
}

function showRemaining() {
  for (const made of byId('tokens').children) {
    const left = Number(made.getAttribute('data-expires')) - emulatedNow()
    const isValid = made.getAttribute('data-state') === 'valid'
    setText(
      /** @type {HTMLElement} */ (made),
      '.left',
      isValid ? `${span(Math.max(0, left))} left` : '',
    )
  }
}

// ---------------------------------------------------------------- the stream

/** @param {{ first?: boolean, now: number, entries: Entry[], lost?: number, state?: State }} message */
function hear({ first, now, entries, lost, state }) {
  emulatedAt = now
  heardAt = performance.now()
  if (first) forget()
  showEntries(entries)
  if (lost) say(`${lost} events came too fast to be shown.`)
  if (state) {
    speed = state.speed
    if (document.activeElement !== speedChoice) speedChoice.value = String(speed)
    showFaults(state.faults)
    showOffers(state.offers)
    showTokens(state.tokens)
  }
  showTime()
}

/**
 * @param {'connecting' | 'live' | 'lost'} state
 * @param {string} text
 */
function connection(state, text) {
  byId('connection').dataset['state'] = state
  byId('connection').textContent = text
}

byId('origin').textContent = location.origin
byId('example').textContent = `curl -i '${location.origin}/api/offerTypes?api-version=2017-10-31'`
setInterval(() => {
  showTime()
  showRemaining()
}, 1000)

const events = new EventSource('/_emulator/events')
events.addEventListener('open', () => connection('live', 'Live'))
events.addEventListener('error', () => connection('lost', 'Not connected; trying again'))
events.addEventListener('message', ({ data }) => hear(JSON.parse(data)))
