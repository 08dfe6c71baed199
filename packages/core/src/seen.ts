import { shown } from './check.ts'

/**
 * What is odd about a setting, for a message, behind the name of the setting: `ends in a carriage return`. Nothing of the
 * setting itself is shown, since it may be a secret, or one in the wrong place. `undefined` where nothing is odd.
 */
export function seen(value: unknown): string | undefined {
  if (value === undefined || value === null) return 'is missing'
  if (typeof value !== 'string') return `is ${shown(value)} and no text`
  const odd = [first(aroundIt, value), first(inPlaceOfIt, value.trim())].filter(Boolean)
  return odd.join(' and ') || undefined
}

/** Without the white space around it, byte order mark included, which no ID, domain, URL or assertion has. */
export function trimmed<Value>(value: Value): Value
export function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() : value
}

type Oddity = readonly [odd: RegExp, told: string]

const aroundIt: readonly Oddity[] = [
  [/^\s*$/, 'is empty'],
  [/^\ufeff/, 'begins with a byte order mark (save the file as UTF-8 without one)'],
  [/\r\n?$/, 'ends in a carriage return (save the file with the line ends of Unix)'],
  [/\n$/, 'ends in a line break (leave it out where it is written or read)'],
  [/^\s|\s$/, 'begins or ends with white space'],
]

const inPlaceOfIt: readonly Oddity[] = [
  [
    /^(["'`]).*\1$|^[“”„‘’‚«»].*[“”‘’«»]$/s,
    'stands in quotes (take them off, some readers of .env files keep them)',
  ],
  [
    /^(\$\{.*\}|\$\(.*\)|\$[A-Z_]\w*|%\w+%|\{\{.*\}\}|#\{.*\}#?|__[A-Z]\w*__)$/s,
    'is a reference that nothing has put a value in place of',
  ],
  [
    /^@Microsoft\.KeyVault\(/i,
    'is a Key Vault reference that App Service could not resolve (look at it under Environment variables)',
  ],
  [/^<.*>$/s, 'is a placeholder'],
  [/^(undefined|null|\[object \w+\])$/, 'is what JavaScript writes where there is no text'],
  [/-----BEGIN /, 'holds a PEM'],
  [/\0/, 'holds null characters (save the file as UTF-8, not UTF-16)'],
  [/[\r\n]/, 'holds a line break'],
  [/\p{Cc}/u, 'holds a control character'],
]

function first(oddities: readonly Oddity[], value: string): string | undefined {
  return oddities.find(([odd]) => odd.test(value))?.[1]
}
