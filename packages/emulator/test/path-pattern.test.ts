import { expect, it } from 'vitest'
import { pathPattern } from '../src/faults/path-pattern.ts'

it('matches what the same regular expression does, for every short pattern and path', () => {
  const wrong: string[] = []
  const paths = texts('ab/', 5)
  for (const pattern of texts('aB*/', 4)) {
    const matches = pathPattern(pattern)
    const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}/?$`, 'i')
    for (const path of paths) {
      if (matches(path) !== expected.test(path)) wrong.push(`${pattern} ${path}`)
    }
  }
  expect(wrong).toEqual([])
})

/** Every text of so many letters at most. */
function texts(letters: string, length: number): string[] {
  if (length === 0) return ['']
  const shorter = texts(letters, length - 1)
  return [...new Set(shorter.flatMap(text => [text, ...[...letters].map(one => text + one)]))]
}
