// How a client finds the emulator: a command that works as it stands, and the variables. They stand where
// the requests will be until the first one arrives, and then in a dialog.

/** @import { CurlCommand, ShownEnvironment } from '../src/page/protocol.ts' */

import { copyButton } from './copy.js'
import { byId, listing, selectById } from './dom.js'
import { read, say } from './emulator.js'

const apiChoice = selectById('example-api')
const formChoice = selectById('form-choice')
const dialog = /** @type {HTMLDialogElement} */ (byId('connect-dialog'))

const example = listing('A command that works as it stands', '')
const variables = listing('The variables', '')
byId('example-section').append(example)
byId('variables-section').append(variables)

/** Reads the command anew: the token in the one before may have expired. */
async function readExample() {
  /** @type {CurlCommand} */
  const { curl } = await read(`/_emulator/examples/${apiChoice.value}`)
  show(example, curl)
  return curl
}

async function readVariables() {
  /** @type {ShownEnvironment} */
  const { masked, whole } = await read('/_emulator/environment')
  const form = /** @type {keyof ShownEnvironment['whole']} */ (formChoice.value)
  const isWhole = byId('show-secret').getAttribute('aria-pressed') === 'true'
  show(variables, (isWhole ? whole : masked)[form])
  return whole[form]
}

/**
 * Shows a token or a secret, if the answer has not come too late for somebody to see it.
 * @param {HTMLElement} place
 * @param {string} text
 */
function show(place, text) {
  place.textContent = byId('connect').checkVisibility() ? text : ''
}

/** Fills both in. */
export async function showConnect() {
  if (apiChoice.value === '' || !byId('connect').checkVisibility()) return
  try {
    await Promise.all([readExample(), readVariables()])
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
  }
}

/** Takes both away where nobody sees them: they hold a token and a secret. */
function forget() {
  example.textContent = ''
  variables.textContent = ''
  byId('show-secret').setAttribute('aria-pressed', 'false')
}

byId('copy-example').append(copyButton('Copy the command', readExample))
byId('copy-variables').append(copyButton('Copy the variables', readVariables))
apiChoice.addEventListener('change', showConnect)
formChoice.addEventListener('change', showConnect)
byId('show-secret').addEventListener('click', () => {
  const shown = byId('show-secret').getAttribute('aria-pressed') === 'true'
  byId('show-secret').setAttribute('aria-pressed', String(!shown))
  void showConnect()
})

document.addEventListener('emptied', event => {
  const { detail: isEmpty } = /** @type {CustomEvent<boolean>} */ (event)
  const hadFocus = byId('connect').contains(document.activeElement)
  if (isEmpty) dialog.close()
  byId(isEmpty ? 'empty-connect' : 'dialog-connect').append(byId('connect'))
  byId('open-connect').hidden = isEmpty
  if (isEmpty) return void showConnect()
  forget()
  if (hadFocus) byId('traffic').focus()
})

byId('open-connect').addEventListener('click', () => {
  dialog.showModal()
  void showConnect()
})
dialog.addEventListener('close', forget)
byId('close-connect').addEventListener('click', () => dialog.close())
dialog.addEventListener('click', event => {
  // The dialog fills its own box, so that a click that hits nothing in it came from beside it.
  if (event.target === dialog) dialog.close()
})
