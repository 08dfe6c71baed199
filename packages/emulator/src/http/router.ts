import findMyWay, { type HTTPMethod } from 'find-my-way'
import type { Area, Route } from './route.ts'

/** The route of a request with the values of its path. */
interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
  /** The methods that the path supports, when the requested one is not among them. */
  readonly allowed: readonly string[]
}

/** Finds the route of a request. */
export interface Router {
  find(method: string, path: string): Match
}

const methods: readonly HTTPMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * One router for all that is on an origin. Letter case and a trailing slash of the path do not matter,
 * as on the real services. What no route covers goes to the area that has the longest path above it,
 * and what is in no area to `elsewhere`.
 */
export function router(routes: readonly Route[], areas: readonly Area[], elsewhere: Route): Router {
  const tree = findMyWay({ caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 2048 })
  for (const route of [...routes, ...areas.flatMap(area => area.routes)]) {
    tree.on(route.method, route.path, () => {}, route)
  }
  const roots = areas
    .flatMap(({ paths, fallback }) => paths.map(path => ({ path: path.toLowerCase(), fallback })))
    .sort((a, b) => b.path.length - a.path.length)

  return {
    find(method, path) {
      const readable = decodable(path)
      const found = readable ? tree.find(method as HTTPMethod, path) : null
      if (found) {
        const params = found.params as Record<string, string>
        return { route: found.store as Route, params, allowed: [] }
      }
      const lower = path.toLowerCase()
      const root = roots.find(root => lower === root.path || lower.startsWith(`${root.path}/`))
      const allowed = readable && root ? methods.filter(other => tree.find(other, path)) : []
      return { route: root?.fallback ?? elsewhere, params: {}, allowed }
    },
  }
}

function decodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
