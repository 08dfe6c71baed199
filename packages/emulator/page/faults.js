/** @import { ShownFault } from '../src/page/protocol.ts' */

import { button, byId, element, reconcile, selectById, setText } from './dom.js'
import { control } from './emulator.js'
import { titleOf } from './services.js'

/**
 * Shows the faults that are active.
 * @param {readonly ShownFault[]} faults
 */
export function showFaults(faults) {
  byId('no-faults').hidden = faults.length > 0
  reconcile(
    byId('active'),
    faults,
    ({ id }) => id,
    ({ id, fault }) => {
      const remove = button('Remove', () => removeFault(id, fault.type), {
        'aria-label': `Remove the fault ${fault.type}`,
      })
      const where = element('span', { class: 'where' })
      return element('li', {}, element('span', { class: 'what' }, fault.type, where), remove)
    },
    (made, { fault, applied }) => setText(made, '.where', describeFault(fault, applied)),
  )
}

/**
 * @param {string} id
 * @param {string} type
 */
function removeFault(id, type) {
  // The button disappears with its fault, so the focus moves on first.
  byId('faults-title').focus()
  return control('DELETE', `/_emulator/faults/${id}`, {}, `Removed: ${type}.`)
}

/**
 * @param {ShownFault['fault']} fault
 * @param {number} applied
 */
function describeFault({ type: _, count, path, on, ...rest }, applied) {
  const details = Object.entries(rest).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const left = count === undefined ? 'until removed' : `${count - applied} to go`
  const where = [on === undefined ? [] : titleOf(on), path ?? []].flat()
  return [...where, ...details, left, `applied ${applied}×`].join(' · ')
}

/** @param {Record<string, unknown>} fault */
function addFault(fault) {
  return control('POST', '/_emulator/faults', fault, `Added: ${fault['type']}.`)
}

// ---------------------------------------------------------------- buttons for the usual faults

/** @type {[string, Record<string, unknown>][]} */
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
/** @type {[string, Record<string, unknown>][]} */
const tokenPresets = [
  ['Refuse the credential', { type: 'refuse', on: 'authority', count: 1 }],
  ['Expire in 30 s', { type: 'expire-early', lifetime: 30_000 }],
  ['Same token again', { type: 'same-token', count: 1 }],
  ['Throttle 3', { type: 'throttle', on: 'authority', retryAfter: 2, count: 3 }],
  ['503 for 3', { type: 'error', on: 'authority', count: 3 }],
  ['Hang', { type: 'hang', on: 'authority', count: 1 }],
  ['Redirect elsewhere', { type: 'redirect', to: 'other-host', on: 'authority', count: 1 }],
]

byId('api-presets').append(
  ...apiPresets.map(([label, fault]) =>
    button(label, () => addFault({ ...fault, ...chosenApi() })),
  ),
)
byId('token-presets').append(
  button('Revoke all', () =>
    control('POST', '/_emulator/revocations', {}, 'All tokens are revoked.'),
  ),
  ...tokenPresets.map(([label, fault]) => button(label, () => addFault(fault))),
)

function chosenApi() {
  const on = selectById('fault-api').value
  return on === '' ? {} : { on }
}

// ---------------------------------------------------------------- a form for any fault

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
  /** @type {Record<string, unknown>} */
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
