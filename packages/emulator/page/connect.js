// Helps to connect a client: with a command that works as it stands, and with the variables. Until the first
// request arrives they are in the place of the traffic, afterwards in a dialog.

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

/** Reads the command, each time with a fresh token. */
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
 * Shows a text with a token or a secret, unless the place has been hidden in the meantime.
 * @param {HTMLElement} place
 * @param {string} text
 */
function show(place, text) {
  place.textContent = byId('connect').checkVisibility() ? text : ''
}

/** Fills in the command and the variables, if they can be seen. */
export async function showConnect() {
  if (apiChoice.value === '' || !byId('connect').checkVisibility()) return
  try {
    await Promise.all([readExample(), readVariables()])
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
  }
}

/** Empties both, so that a hidden part of the page holds no token and no secret. */
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
  // What is in the dialog covers all of it, so a click on the dialog itself was beside it.
  if (event.target === dialog) dialog.close()
})
