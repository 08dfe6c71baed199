// The services that requests are for, by the names that the traffic has for them.

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
 * Learns which APIs there are and offers them wherever one can be chosen.
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
 * The name of the service that a request was for.
 * @param {ShownEntry} entry
 */
export function serviceOf({ type, api, endpoint }) {
  if (type === 'request') return api ?? ''
  if (type === 'other-request') return 'elsewhere'
  return endpoint === 'app-service' || endpoint === 'imds' ? 'managed-identity' : 'authority'
}

/**
 * What people call a service.
 * @param {string} name
 */
export function titleOf(name) {
  const other = others.find(([value]) => value === name)
  return apis.find(api => api.name === name)?.title ?? other?.[1] ?? name
}

/**
 * The APIs that take tokens for an audience, for those audiences that do not say it themselves.
 * @param {string} audience
 */
export function apisTaking(audience) {
  return apis.filter(api => api.audiences.includes(audience)).map(({ title }) => title)
}
