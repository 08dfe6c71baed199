/** @import { ShownToken } from '../src/page/protocol.ts' */

import { badge, byId, element, listing, reconcile, setText } from './dom.js'
import { apisTaking } from './services.js'
import { emulatedNow, span } from './time.js'
import { short } from './traffic.js'

/**
 * Shows the newest tokens, each with its claims.
 * @param {readonly ShownToken[]} tokens
 */
export function showTokens(tokens) {
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
        badge('', 'none'),
        element('span', { class: 'left quiet' }),
        element('span', { class: 'app quiet' }, `${app} for ${audienceOf(claims)}`),
      )
      const text = JSON.stringify(claims, null, 2)
      const decoded = listing(`Claims of token ${short(id)}`, text)
      return element('li', {}, element('details', {}, summary, decoded))
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

/** @param {ShownToken['claims']} claims */
function audienceOf({ aud }) {
  return apisTaking(String(aud)).join(', ') || String(aud)
}

/** Shows how long each token is still valid. */
export function showRemaining() {
  for (const made of byId('tokens').children) {
    const left = Number(made.getAttribute('data-expires')) - emulatedNow()
    const isValid = made.getAttribute('data-state') === 'valid'
    setText(made, '.left', isValid ? `${span(Math.max(0, left))} left` : '')
  }
}
