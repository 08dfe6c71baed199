/** @import { ShownEntry, ShownGroup, ShownThing } from '../src/page/protocol.ts' */

import { badge, byId, element, reconcile, setText } from './dom.js'
import { titleOf } from './services.js'

/**
 * Shows what each API holds, such as offers, subscriptions and usage.
 * @param {readonly ShownGroup[]} groups
 */
export function showGroups(groups) {
  const apis = [...new Set(groups.map(({ api }) => api))]
  byId('no-groups').hidden = apis.length > 0
  reconcile(
    byId('groups'),
    apis,
    api => api,
    api => {
      const title = element('span', { class: 'service', 'data-service': api }, titleOf(api))
      const summary = element('summary', {}, title, element('span', { class: 'counts quiet' }))
      return element('details', {}, summary, element('div'))
    },
    (made, api) => {
      const own = groups.filter(group => group.api === api)
      const counts = own.map(({ title, things, more }) => `${title} ${things.length + more}`)
      setText(made, '.counts', counts.join(', '))
      const list = made.querySelector('div')
      if (list) showGroupsOfApi(list, own)
    },
  )
}

/**
 * Opens the part of an API when the first request for it arrives.
 * @param {readonly ShownEntry[]} entries
 */
export function openUsed(entries) {
  for (const { api } of entries) {
    const found = api && byId('groups').querySelector(`[data-key="${api}"]:not([data-used])`)
    if (!found) continue
    found.setAttribute('data-used', '')
    found.setAttribute('open', '')
  }
}

/**
 * @param {HTMLElement} parent
 * @param {readonly ShownGroup[]} groups
 */
function showGroupsOfApi(parent, groups) {
  reconcile(
    parent,
    groups,
    ({ title }) => title,
    ({ title, api }) =>
      element(
        'section',
        { 'aria-label': `${title}, ${titleOf(api)}` },
        element('h3', {}, title),
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
    ({ name, steps }) => {
      const title = element('span', { class: 'mono' }, name)
      return element(
        'li',
        {},
        element('div', { class: 'thing' }, title, badge('', 'none')),
        steps && element('ol', { class: 'steps' }, ...steps.map(() => element('li'))),
        element('div', { class: 'note quiet' }),
      )
    },
    (made, { status, tone, note, steps = [] }) => {
      setText(made, '.badge', status)
      made.querySelector('.badge')?.setAttribute('data-tone', tone)
      setText(made, '.note', note)
      made.querySelectorAll('.steps li').forEach((bar, index) => {
        const { name, status } = steps[index] ?? { name: '', status: 'open' }
        bar.setAttribute('data-status', status)
        bar.setAttribute('title', `${name}: ${status}`)
        bar.setAttribute('aria-label', `${name}: ${status}`)
      })
    },
  )
}
