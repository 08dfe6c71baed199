import { button } from './dom.js'
import { say } from './emulator.js'

/**
 * A button that copies a text.
 * @param {string} label
 * @param {() => string | Promise<string>} text Asked for when the button is used.
 */
export function copyButton(label, text) {
  const made = button(label, async () => {
    try {
      await copy(Promise.resolve(text()), made)
      made.textContent = 'Copied'
      say('Copied.')
      setTimeout(() => {
        made.textContent = label
      }, 2000)
    } catch (error) {
      say(error instanceof Error ? error.message : String(error))
    }
  })
  return made
}

/**
 * @param {Promise<string>} text
 * @param {HTMLElement} near
 */
async function copy(text, near) {
  // Some browsers let a page use the clipboard only at once after a click, so it gets the promise.
  if (navigator.clipboard) {
    const blob = text.then(text => new Blob([text], { type: 'text/plain' }))
    return navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])
  }
  // A browser has no clipboard for a page that came over http from another machine.
  const area = document.createElement('textarea')
  area.value = await text
  near.after(area)
  area.select()
  const copied = document.execCommand('copy')
  area.remove()
  near.focus()
  if (!copied) throw new Error('The browser does not allow to copy here.')
}
