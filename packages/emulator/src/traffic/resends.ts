import type { ApiRequest } from './api-request.ts'

/** Recognizes requests that repeat a refused one. */
export interface Resends {
  /**
   * The id of the refused request that this answered one repeats with another token: the same client,
   * method, URL and body. Each refused request is repeated once.
   */
  recognize(entry: ApiRequest): string | undefined
  clear(): void
}

/** Remembers the newest refusals only. */
export function resends(limit = 1000): Resends {
  const refused = new Map<string, ApiRequest[]>()
  let remembered = 0

  function take(key: string, tokenId: string): string | undefined {
    const candidates = refused.get(key) ?? []
    const index = candidates.findIndex(({ token }) => token && token.id !== tokenId)
    if (index < 0) return undefined
    const [found] = candidates.splice(index, 1)
    if (candidates.length === 0) refused.delete(key)
    remembered--
    return found?.id
  }

  function remember(key: string, entry: ApiRequest): void {
    refused.set(key, [...(refused.get(key) ?? []), entry])
    remembered++
    if (remembered <= limit) return
    const [oldest] = refused
    if (!oldest) return
    refused.delete(oldest[0])
    remembered -= oldest[1].length
  }

  return {
    recognize(entry) {
      const { token, status, method, url, client, body } = entry
      if (!token) return undefined
      const key = JSON.stringify([client, method, url, body.sha256])
      const repeated = take(key, token.id)
      if (status === 401 || status === 403) remember(key, entry)
      return repeated
    },
    clear() {
      refused.clear()
      remembered = 0
    },
  }
}
