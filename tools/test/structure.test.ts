import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { adapters, packages } from '../packages.ts'

const adapterNames = adapters.map(({ name }) => name)

describe('packages/', () => {
  it('holds what is published, and nothing else', () => {
    expect(packages.length).toBeGreaterThan(7)
    expect(packages.filter(({ manifest }) => manifest.private).map(({ name }) => name)).toEqual([])
  })

  it('knows an adapter by the contract that tests it', () => {
    expect(adapterNames).toEqual(expect.arrayContaining(['axios', 'fetch', 'got', 'ky', 'undici']))
  })
})

describe.each(packages)('the package $name', ({ name, folder }) => {
  it('imports no adapter but that of fetch, which other clients are underneath', () => {
    const allowed = ['fetch']
    const others = importsOf(folder).filter(each => adapterNames.includes(each) && each !== name)
    expect(allowed).toEqual(expect.arrayContaining(others))
  })
})

describe.each(adapters)('the adapter $name', ({ folder }) => {
  it('imports core', () => {
    expect(importsOf(folder)).toContain('core')
  })
})

describe('the emulator', () => {
  it('imports nothing of ours, types included, since it is the other side', () => {
    const { folder } = packages.find(({ name }) => name === 'emulator') ?? expect.fail()
    expect(importsOf(folder)).toEqual([])
  })
})

/** The packages of this repository that the sources in a package's folder name in an import, an export or an `import()`. */
function importsOf(folder: string): string[] {
  const text = readdirSync(`${folder}src`, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => readFileSync(`${folder}src/${file}`, 'utf8'))
    .join('\n')
  const named = text.matchAll(/(?:from|import|import\()\s*'@cloud-partner-auth\/([\w-]+)/g)
  return [...new Set([...named].map(([, name = '']) => name))]
}
