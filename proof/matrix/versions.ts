import type { Traits } from '../contract/src/index.ts'

/** One version of a client, with what differs from the adapter's own `test/subject.ts`. */
export interface ClientVersion {
  readonly client: 'axios' | 'got' | 'ky' | 'undici' | 'fetch'
  readonly version: string
  /** Path of the contract test from the root. */
  readonly test: string
  /** What is imported in place of the client. Default: the client. */
  readonly alias?: string
  readonly bodies?: Partial<Traits['bodies']>
  /** Titles of cases that do not apply, each with the reason. */
  readonly lacking?: readonly (readonly [RegExp, string])[]
}

const stream =
  'ky 1 makes a Request of every body, which shows it as a stream: sent once, chunked, and without a redirect'
const lowerCase = [
  /^adds a header and the version to/,
  'what Node makes of the headers has names in lower case for the fetch of another undici',
] as const
const noSignal = [/^(ends a wait for the|asks for no token)/, 'got 11 has no signal'] as const
const prefix = [
  /^sends a request to another origin with no token though/,
  'got 11 to 13 put the prefix before an absolute URL too',
] as const
const axios = (
  version: string,
  alias: string,
  more: Partial<ClientVersion> = {},
): ClientVersion => ({
  client: 'axios',
  version,
  alias,
  test: 'packages/axios/test/contract.test.ts',
  ...more,
})
const got = (version: string, alias: string, more: Partial<ClientVersion> = {}): ClientVersion => ({
  client: 'got',
  version,
  alias,
  test: 'packages/got/test/contract.test.ts',
  ...more,
})

const undiciFetch = (
  version: string,
  alias: string,
  bodies: Partial<Traits['bodies']> = {},
): ClientVersion => ({
  client: 'undici',
  version,
  alias,
  test: 'proof/matrix/test/undici-fetch.test.ts',
  bodies,
  lacking: [lowerCase],
})

const all: readonly ClientVersion[] = [
  axios('1.5.0', 'axios-1.5'),
  axios('1.7.9', 'axios-1.7'),
  axios('1.12.2', 'axios-1.12'),
  axios('1.15.2', 'axios-1.15'),
  axios('1.20.0', 'axios-1.20'),
  axios('1.21.1', 'axios'),
  got('11.8.6', 'got-11', {
    bodies: {
      'typed array': 'unsupported',
      'FormData with a file': 'unsupported',
      'web stream': 'unsupported',
      'async generator': 'unsupported',
    },
    lacking: [noSignal, prefix, [/%zz/, 'got 11 takes no malformed escape in a URL']],
  }),
  got('12.6.1', 'got-12', {
    bodies: { 'typed array': 'unsupported', 'web stream': 'unsupported' },
    lacking: [prefix],
  }),
  got('13.0.0', 'got-13', {
    bodies: { 'typed array': 'unsupported', 'web stream': 'unsupported' },
    lacking: [prefix],
  }),
  got('14.6.6', 'got-14'),
  got('15.1.0', 'got-15'),
  got('16.1.0', 'got'),
  {
    client: 'ky',
    version: '1.14.3',
    test: 'proof/matrix/test/ky-1.test.ts',
    lacking: [
      [/^sends a (JSON POST|body|refused body)/, stream],
      [
        /^delivers the API's own 401 when|^asks for a token with the claims|made by the CommonJS/,
        stream,
      ],
      [/^follows a 30[1278]|POST anew/, stream],
      [/^(adds a header and the version to a P|repeats|sends again|runs user)/, stream],
      [/^(sends nothing without|takes no secret)/, 'ky 1 repeats what its fetch throws'],
    ],
  },
  {
    client: 'ky',
    version: '2.0.0',
    alias: 'ky-2.0',
    test: 'packages/ky/test/contract.test.ts',
  },
  { client: 'ky', version: '2.1.0', test: 'packages/ky/test/contract.test.ts' },
  undiciFetch('6.29.1', 'undici-6'),
  undiciFetch('7.30.2', 'undici-7', { 'FormData with a file': 'unsupported' }),
  undiciFetch('8.12.4', 'undici', { 'FormData with a file': 'unsupported' }),
  {
    client: 'fetch',
    version: 'of Node',
    test: 'packages/fetch/test/contract.test.ts',
  },
]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
/** Whether this Node is one that undici 8 loads in: 22.19 or later. */
export const loadsUndici8: boolean = major > 22 || minor >= 19

export const versions: readonly ClientVersion[] = all.filter(
  ({ client, version }) => loadsUndici8 || client !== 'undici' || !version.startsWith('8.'),
)
