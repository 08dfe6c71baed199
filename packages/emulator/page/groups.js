/** @import { ShownGroup, ShownThing } from '../src/page/protocol.ts' */

import { badge, byId, element, reconcile, setText } from './dom.js'
import { titleOf } from './services.js'

/**
 * Shows what the APIs hold: offers, subscriptions, usage, whatever there is.
 * @param {readonly ShownGroup[]} groups
 */
export function showGroups(groups) {
  byId('no-groups').hidden = groups.length > 0
  reconcile(
    byId('groups'),
    groups,
    ({ api, title }) => `${api}/${title}`,
    ({ api, title }) =>
      element(
        'section',
        { 'aria-label': `${title}, ${titleOf(api)}` },
        element(
          'h3',
          {},
          title,
          element('span', { class: 'service', 'data-service': api }, titleOf(api)),
        ),
        element('ul', { class: 'things' }),
        element('p', { class: 'more quiet' }),
      ),
    (made, { things, more }) => {
      const list = made.querySelector('ul')
      if (list) showThings(list, things)
      setText(made, '.more', more > 0 ? `and ${more} older` : '')
    },
  )
}

/**
 * @param {HTMLElement} list
 * @param {readonly ShownThing[]} things
 */
function showThings(list, things) {
  reconcile(
    list,
    things,
    ({ key }) => key,
    ({ name, steps }) =>
      element(
        'li',
        {},
        element(
          'div',
          { class: 'thing' },
          element('span', { class: 'mono' }, name),
          badge('', 'none'),
        ),
        steps && element('ol', { class: 'steps' }, ...steps.map(() => element('li'))),
        element('div', { class: 'note quiet' }),
      ),
    (made, { status, tone, note, steps }) => {
      setText(made, '.badge', status)
      made.querySelector('.badge')?.setAttribute('data-tone', tone)
      setText(made, '.note', note)
      made.querySelectorAll('.steps li').forEach((bar, index) => {
        const step = steps?.[index]
        bar.setAttribute('data-status', step?.status ?? 'open')
        bar.setAttribute('title', `${step?.name}: ${step?.status}`)
        bar.setAttribute('aria-label', `${step?.name}: ${step?.status}`)
      })
    },
  )
}
