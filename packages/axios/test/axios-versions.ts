import type { AxiosStatic } from 'axios'
import { vi } from 'vitest'
import type { cloudPartnerInterceptor } from '../src/index.ts'

export interface AxiosVersion {
  readonly version: string
  readonly axios: AxiosStatic
  readonly cloudPartnerInterceptor: typeof cloudPartnerInterceptor
}

/** The lowest supported axios, the newest, and some between, each with an interceptor that was loaded next to it. */
export const axiosVersions: readonly AxiosVersion[] = await loaded([
  (await import('axios-1.5')).default as unknown as AxiosStatic, // the types of one version for all
  (await import('axios-1.7')).default as unknown as AxiosStatic,
  (await import('axios-1.12')).default as unknown as AxiosStatic,
  (await import('axios-1.15')).default as unknown as AxiosStatic,
  (await import('axios-1.20')).default as unknown as AxiosStatic,
  (await import('axios')).default,
])

async function loaded(clients: readonly AxiosStatic[]): Promise<AxiosVersion[]> {
  const versions: AxiosVersion[] = []
  for (const axios of clients) {
    vi.resetModules()
    // As if this version were the one installed: `src` imports it by the name "axios".
    vi.doMock('axios', () => ({ default: axios }))
    const { cloudPartnerInterceptor } = await import('../src/cloud-partner-interceptor.ts')
    versions.push({ version: axios.VERSION, axios, cloudPartnerInterceptor })
  }
  vi.doUnmock('axios')
  return versions
}
