import type { Call } from '../http/call.ts'
import type { Head } from '../http/head.ts'
import type { About, Reply } from '../http/reply.ts'
import type { Area, Route } from '../http/route.ts'
import type { Api } from './api.ts'
import { shownToken } from './bearer-token.ts'
import { guarded, versionOf } from './guarded.ts'
import type { Operation } from './operation.ts'
import type { Service } from './service.ts'

/** The part of the origin that is an API's: its operations, and what it says where it has none. */
export function apiArea<State>(service: Service<State>): Area {
  const { api } = service
  const unknown: Operation<State> = {
    method: [],
    path: '',
    answers: {},
    takesAnySize: true,
    answer: call => api.refusals.unknown(call),
  }
  const route = (operation: Operation<State>): Route => ({
    side: api.name,
    method: operation.method,
    path: operation.path,
    refusals: api.refusals,
    ...(operation.takesAnySize && { takesAnySize: true }),
    recognize: head => recognize(service, head),
    answer: async call => withHeaders(api, call, await guarded(service, operation, call)),
  })
  return { paths: api.paths, routes: api.operations.map(route), fallback: route(unknown) }
}

// The version that a request names and the token that it shows, whatever they are worth.
function recognize<State>(service: Service<State>, head: Head): About {
  const version = versionOf(service, head)
  const token = shownToken(head.headers.authorization, head.at)
  return { ...(token && { token }), ...(version !== undefined && { apiVersion: version }) }
}

function withHeaders<State>(api: Api<State>, call: Call, given: Reply): Reply {
  return api.headers ? { ...given, headers: { ...api.headers(call), ...given.headers } } : given
}
