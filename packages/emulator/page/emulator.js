// Sends requests to the emulator's controls and says what has come of them.

import { byId } from './dom.js'

let silence = 0

/**
 * Says something for a while, to screen readers as well.
 * @param {string} text
 */
export function say(text) {
  byId('said').textContent = text
  clearTimeout(silence)
  silence = setTimeout(() => {
    byId('said').textContent = ''
  }, 4000)
}

/**
 * Uses one of the emulator's controls and says what has come of it.
 * @param {string} method
 * @param {string} path
 * @param {object} body
 * @param {string} done
 */
export async function control(method, path, body, done) {
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

/**
 * Reads JSON from the emulator.
 * @throws Error with what the emulator said.
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function read(path) {
  const response = await fetch(path)
  const body = await response.json()
  if (!response.ok) throw new Error(String(body.error))
  return body
}
