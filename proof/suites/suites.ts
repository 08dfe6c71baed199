import type { Plugged } from './auth.ts'

/** A client's own test suite, in a clone of its repository. */
export interface Suite {
  /** Where its tests import the client from, in the clone. */
  readonly entry: string
  /** Runs tests of the clone by Node and prints TAP (https://testanything.org): all of them, or that of one title. */
  command(title?: string): readonly string[]
  /** What else is loaded before the tests. */
  readonly imports: readonly string[]
  /** Tests that have to come out differently with the plugin. The adapter's README says so too. */
  readonly differs: readonly Difference[]
}

export interface Difference {
  readonly title: RegExp
  /** Default: both ways of our plugin. */
  readonly only?: Plugged
  readonly because: string
}

function ava(title?: string): readonly string[] {
  const command = ['node_modules/ava/entrypoints/cli.mjs', '--tap']
  if (title === undefined) return command
  const [, file = '', test = title] = /^(.+?) › (.+)$/.exec(title) ?? []
  return [...command, `test/${file}.ts`, `--match=${test.replace(/^!/, '*')}`] // ava negates what begins with !
}

function mocha(title = ''): readonly string[] {
  return [
    'node_modules/mocha/bin/mocha.js',
    'test/unit/**/*.js',
    '--reporter=tap',
    '--timeout=30000',
    '--exit',
    `--fgrep=${title}`,
  ]
}

export const suites: Readonly<Record<string, Suite>> = {
  got: {
    entry: 'source/index.ts',
    command: ava,
    imports: ['tsx/esm'],
    differs: [
      {
        title: /^cache › |^diagnostics-channel › diagnostics channel - cache hit/,
        only: 'covered',
        because: "an authorized request goes past got's cache",
      },
      {
        title: /^pagination › supports string url values when pagination navigates cross-origin$/,
        only: 'covered',
        because:
          'the origin that must get no Authorization is covered here, and gets a token of its own',
      },
    ],
  },
  ky: {
    entry: 'source/index.ts',
    command: ava,
    imports: [],
    differs: [
      {
        title: /^headers › works with nullish headers even in old browsers$/,
        because: 'it counts what anybody makes of a Headers class that it puts in place',
      },
      {
        title: /^prefix › prefix option$/,
        because: 'prefixUrl is what tells the options of got, whose hooks these are not',
      },
    ],
  },
  axios: {
    entry: 'index.js',
    command: mocha,
    imports: [],
    differs: [
      {
        title: /\b(proxy|proxies)\b/i,
        only: 'covered',
        because: 'no token is sent to a proxy in clear',
      },
    ],
  },
}
