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
  // The clipboard takes the promise, since some browsers let it be used in the very moment of the click only.
  if (navigator.clipboard) {
    const blob = text.then(text => new Blob([text], { type: 'text/plain' }))
    return navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])
  }
  // Without https a browser has a clipboard for its own machine only.
  const area = document.createElement('textarea')
  area.value = await text
  near.after(area)
  area.select()
  const copied = document.execCommand('copy')
  area.remove()
  near.focus()
  if (!copied) throw new Error('The browser does not allow to copy here.')
}
