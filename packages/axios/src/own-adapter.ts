import type { Attempt } from '@cloud-partner-auth/core/adapter'
import type { Sent } from './send.ts'

/** What Node's http and its fetch tell of a request that they make. */
interface Created {
  readonly path: string
  readonly origin?: string
  readonly headers?: unknown
  readonly protocol?: string
  getHeader?(name: string): unknown
}

const channels = ['http.client.request.created', 'undici:request:create']

/**
 * Fails what an adapter of the caller's own sent without the version, since it serializes `params` by itself. What Node
 * makes of it decides: a mock serializes nothing either, but it sends nothing.
 */
export async function versionKept(
  { url, authorization = '' }: Attempt,
  send: () => Promise<Sent>,
): Promise<Sent> {
  const diagnostics = globalThis.process?.getBuiltinModule?.('node:diagnostics_channel')
  const { origin, pathname, searchParams } = new URL(url)
  const version = [...searchParams.keys()].at(-1) ?? '' // the last, where core puts it
  let lost: boolean | undefined

  function created(message: unknown) {
    const { request } = message as { readonly request: Created }
    const to = URL.parse(
      request.path,
      request.origin ?? `${request.protocol}//${request.getHeader?.('host')}`,
    )
    const token = request.headers ?? request.getHeader?.('authorization')
    if (to?.origin !== origin || to.pathname !== pathname) return
    if (String(token).includes(authorization)) lost ??= !to.searchParams.has(version)
  }

  for (const channel of channels) diagnostics?.subscribe(channel, created)
  const sent = await send().finally(() => {
    for (const channel of channels) diagnostics?.unsubscribe(channel, created)
  })
  if (!lost) return sent
  const error = new TypeError(
    `The adapter of this axios client sent the request without ${version}, since it serializes params by itself. ` +
      'Let it send to axios.getUri(config), or serialize by config.paramsSerializer(config.params).',
  )
  return { rejected: { error } }
}
