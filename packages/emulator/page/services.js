// The services of the emulator: the names that the server has for them, and what people call them.

/** @import { ShownApi, ShownEntry } from '../src/page/protocol.ts' */

import { byId, element } from './dom.js'

/** @type {readonly ShownApi[]} */
let apis = []

const others = [
  ['authority', 'Entra'],
  ['managed-identity', 'Managed identity'],
  ['elsewhere', 'Other'],
]

/**
 * Learns which APIs there are, and fills the lists in which one can be chosen.
 * @param {readonly ShownApi[]} known
 */
export function setApis(known) {
  if (apis.length === known.length) return
  apis = known
  const options = () => apis.map(({ name, title }) => element('option', { value: name }, title))
  for (const id of ['fault-api', 'fault-on', 'example-api']) byId(id).append(...options())
  const rest = others.map(([value, title = '']) => element('option', { value }, title))
  byId('service-filter').append(...options(), ...rest)
}

/**
 * Returns the name of the service that a request was for.
 * @param {ShownEntry} entry
 */
export function serviceOf({ type, api, endpoint }) {
  if (type === 'request') return api ?? ''
  if (type === 'other-request') return 'elsewhere'
  return endpoint === 'app-service' || endpoint === 'imds' ? 'managed-identity' : 'authority'
}

/**
 * Returns what people call a service.
 * @param {string} name
 */
export function titleOf(name) {
  const other = others.find(([value]) => value === name)
  return apis.find(api => api.name === name)?.title ?? other?.[1] ?? name
}

/**
 * Returns the titles of the APIs that take tokens with this audience.
 * @param {string} audience
 */
export function apisTaking(audience) {
  return apis.filter(api => api.audiences.includes(audience)).map(({ title }) => title)
}
