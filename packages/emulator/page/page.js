// Listens to the emulator's events and shows what they tell.

/** @import { Message } from '../src/page/protocol.ts' */

import { showConnect } from './connect.js'
import { byId } from './dom.js'
import { say } from './emulator.js'
import { showFaults } from './faults.js'
import { openUsed, showGroups } from './groups.js'
import { setApis } from './services.js'
import { setSpeed, setTime, showTime } from './time.js'
import { showRemaining, showTokens } from './tokens.js'
import { forgetEntries, showEntries } from './traffic.js'

/** @param {Message} message */
function hear({ first, now, entries, lost, state }) {
  setTime(now)
  if (state) {
    setApis(state.apis)
    setSpeed(state.speed)
    showFaults(state.faults)
    showGroups(state.groups)
    showTokens(state.tokens)
  }
  if (first) {
    forgetEntries()
    void showConnect()
  }
  showEntries(entries)
  openUsed(entries)
  if (lost) say(`${lost} events came too fast to be shown.`)
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
setInterval(() => {
  showTime()
  showRemaining()
}, 1000)

const events = new EventSource('/_emulator/events')
events.addEventListener('open', () => connection('live', 'Live'))
events.addEventListener('error', () => connection('lost', 'Not connected; trying again'))
events.addEventListener('message', ({ data }) => hear(JSON.parse(data)))
