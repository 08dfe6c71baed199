import { aadsts } from './aadsts.ts'
import { defaultResource } from './resources.ts'

/**
 * The resource that a token request asks for: `resource` on v1, the part of `scope` before its last
 * slash on v2, so that `https://host//.default` names `https://host/`.
 *
 * @throws AadstsError when v1 and v2 are mixed up or the scope is not one `/.default`.
 */
export function requestedResource(version: 'v1' | 'v2', form: ReadonlyMap<string, string>): string {
  // Entra does not complain about a missing `resource`; it gives a token for Azure AD Graph.
  if (version === 'v1') return form.get('resource') ?? defaultResource
  if (form.has('resource')) throw aadsts(901002)
  const scope = form.get('scope')
  if (scope === undefined) throw aadsts(900144, 'scope')
  const resource = /^(\S+)\/\.default$/.exec(scope)?.[1]
  if (resource === undefined) throw aadsts(1002012, scope)
  return resource
}
