import findMyWay, { type HTTPMethod } from 'find-my-way'
import type { Route } from './route.ts'

/** The route of a request with the values of its path, or what to say when there is none. */
interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** Finds the route of a request. */
export interface Router {
  find(method: string, path: string): Match
}

/**
 * One router for all services on the origin. Letter case and a trailing slash of the path do not
 * matter, as on the real services; what no route covers goes to `fallback`.
 */
export function router(routes: readonly Route[], fallback: Route): Router {
  const tree = findMyWay({ caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: 2048 })
  for (const route of routes) tree.on(route.method, route.path, () => {}, route)
  return {
    find(method, path) {
      const found = decodable(path) ? tree.find(method as HTTPMethod, path) : null
      if (!found) return { route: fallback, params: {} }
      return { route: found.store as Route, params: found.params as Record<string, string> }
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
