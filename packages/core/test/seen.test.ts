import { describe, expect, it } from 'vitest'
import { seen, trimmed } from '../src/seen.ts'

describe('what is odd about a setting', () => {
  it.each([
    ['hunter2\r', 'ends in a carriage return'],
    ['hunter2\r\n', 'ends in a carriage return'],
    ['hunter2\n', 'ends in a line break'],
    [' hunter2', 'begins or ends with white space'],
    ['hunter2\t', 'begins or ends with white space'],
    ['\ufeffhunter2', 'begins with a byte order mark'],
    ['"hunter2"', 'stands in quotes'],
    ["'hunter2'", 'stands in quotes'],
    ['“hunter2”', 'stands in quotes'],
    ['"hunter2"\r', 'ends in a carriage return'],
    ['"hunter2"\r', 'and stands in quotes'],
    ['', 'is empty'],
    [' \n', 'is empty'],
    [['$', '{SECRET}'].join(''), 'nothing has put a value in place of'],
    ['$(SECRET)', 'nothing has put a value in place of'],
    ['$SECRET', 'nothing has put a value in place of'],
    ['%SECRET%', 'nothing has put a value in place of'],
    ['{{ secret }}', 'nothing has put a value in place of'],
    ['#{Secret}#', 'nothing has put a value in place of'],
    ['@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/y)', 'Key Vault reference'],
    ['<your secret>', 'is a placeholder'],
    ['undefined', 'what JavaScript writes'],
    ['[object Promise]', 'what JavaScript writes'],
    ['hun\nter2', 'holds a line break'],
    ['hun\u0007ter2', 'holds a control character'],
    ['v\0a\0l\0', 'holds null characters'],
    ['-----BEGIN PRIVATE KEY-----', 'holds a PEM'],
    [undefined, 'is missing'],
    [null, 'is missing'],
    [42, 'is a number and no text'],
    [['hunter2'], 'is a list and no text'],
    [() => 'hunter2', 'is the function without a name and no text'],
  ])('%j: it %s', (value, expected) => {
    const odd = seen(value) ?? ''
    expect(odd).toContain(expected)
    expect(odd).not.toMatch(/hunter2|SECRET|vault\.azure/)
  })

  it.each(['Abc8Q~0-_x.Zz19', 'contoso.com', 'pa"ss"word', '$ecret', '100%', 'a b', "O'Brien"])(
    '%j: nothing',
    value => {
      expect(seen(value)).toBeUndefined()
    },
  )

  it('is gone from around what has no white space of its own', () => {
    expect(trimmed('\ufeff contoso.com\r\n')).toBe('contoso.com')
    expect(trimmed(undefined)).toBeUndefined()
  })
})
