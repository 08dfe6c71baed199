import { stringify } from 'node:querystring'
import type { DispatchOptions } from './dispatch.ts'

export interface RequestUrl {
  readonly url: string
  /** What of the options makes it go to `url`: this URL with something added to its query. */
  at(url: string): Partial<DispatchOptions>
}

/** The URL that the options go to, byte for byte; `undefined` where their origin is unknown. */
export function requestUrl({ origin, path, query }: DispatchOptions): RequestUrl | undefined {
  if (!origin) return undefined
  // Anything but a path is for a proxy: what comes next is somebody else, who must see no token.
  const base =
    URL.canParse(String(origin)) && path?.[0] === '/' ? new URL(origin).href.slice(0, -1) : ''
  if (!base) return { url: '', at: () => ({}) }
  const serialized = query ? stringify(query) : ''
  const url = base + path + (serialized && `?${serialized}`)
  // Undici takes no `query` beside one in the path, which is where the version is put.
  return { url, at: to => (to === url ? {} : { path: to.slice(base.length), query: null }) }
}
