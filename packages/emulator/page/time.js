import { byId, selectById } from './dom.js'
import { control } from './emulator.js'

let emulatedAt = Date.now()
let heardAt = performance.now()
let speed = 1

/** Returns the emulated time. */
export function emulatedNow() {
  return emulatedAt + (performance.now() - heardAt) * speed
}

/**
 * Sets the clock of the page to the emulated time.
 * @param {number} now
 */
export function setTime(now) {
  emulatedAt = now
  heardAt = performance.now()
  showTime()
}

const speedChoice = selectById('speed-choice')

/** @param {number} factor */
export function setSpeed(factor) {
  speed = factor
  if (document.activeElement !== speedChoice) speedChoice.value = String(factor)
  showTime()
}

/** Shows the emulated time. */
export function showTime() {
  const now = new Date(emulatedNow()).toISOString()
  byId('now').textContent = `${now.slice(0, 10)} ${now.slice(11, 19)} UTC`
  byId('speed').textContent = speed === 1 ? '' : speed === 0 ? '(stopped)' : `(${speed}×)`
}

/**
 * Writes a time of day.
 * @param {number} at
 */
export function clockTime(at) {
  return new Date(at).toISOString().slice(11, 23)
}

/**
 * Writes a span of time.
 * @param {number} ms
 */
export function span(ms) {
  const seconds = Math.round(Math.abs(ms) / 1000)
  const sign = ms <= -1000 ? '−' : ''
  if (seconds < 120) return `${sign}${seconds} s`
  if (seconds < 7200) return `${sign}${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${sign}${Math.round(seconds / 3600)} h`
  return `${sign}${Math.round(seconds / 86_400)} days`
}

for (const button of document.querySelectorAll('[data-advance]')) {
  button.addEventListener('click', () => {
    const advance = Number(button.getAttribute('data-advance'))
    void control('POST', '/_emulator/clock', { advance }, `Advanced by ${span(advance)}.`)
  })
}

speedChoice.addEventListener('change', () => {
  const name = speedChoice.selectedOptions[0]?.textContent ?? ''
  void control('POST', '/_emulator/clock', { speed: Number(speedChoice.value) }, `Speed: ${name}.`)
})
