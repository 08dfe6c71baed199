import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const adapters = ['axios', 'got', 'ky', 'fetch', 'undici']
const packages = new URL('../../packages/', import.meta.url)

describe.each(adapters)('the %s adapter', adapter => {
  const folder = new URL(`${adapter}/src/`, packages)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.ts'),
  )

  it.each(files)('keeps %s within 80 lines', file => {
    expect(lines(readFileSync(new URL(file, folder), 'utf8'))).toBeLessThanOrEqual(80)
  })

  it('imports no other adapter, but for ky, which is fetch underneath', () => {
    const text = files.map(file => readFileSync(new URL(file, folder), 'utf8')).join('\n')
    const imported = [...text.matchAll(/@cloud-partner-auth\/(\w+)/g)].map(([, name]) => name)
    const allowed = adapter === 'ky' ? ['core', 'fetch'] : ['core']
    expect(allowed).toEqual(expect.arrayContaining([...new Set(imported)]))
    expect(imported).toContain('core')
  })
})

describe('the policy', () => {
  const exchange = readFileSync(new URL('core/src/exchange/exchange.ts', packages), 'utf8')

  it.each(['authorized', 'attempt'])('keeps %s() within 30 lines', name => {
    const body = exchange.match(
      new RegExp(`export async function ${name}\\b[\\s\\S]*?\\n}\\n`),
    )?.[0]
    expect(lines(body ?? '')).toBeGreaterThan(5)
    expect(lines(body ?? '')).toBeLessThanOrEqual(30)
  })
})

function lines(text: string): number {
  return text.trimEnd().split('\n').length
}
