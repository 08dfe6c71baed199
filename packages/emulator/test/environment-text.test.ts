import { execFileSync } from 'node:child_process'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { environmentText } from '../src/command/environment-text.ts'

const env = {
  PLAIN: 'http://127.0.0.1:4180',
  EMPTY: '',
  WORDS: 'a  b#c',
  SPECIAL: '$HOME `id` $(id) !1 & | < > * ; "x"',
  QUOTED: "it's",
  SLASH: 'a\\b\\',
  LINES: 'a\nb',
}

describe('the variables', () => {
  it('are taken by a POSIX shell as they are', () => {
    const print = `"${process.execPath}" -p 'JSON.stringify(process.env)'`
    const said = execFileSync('sh', ['-c', `${environmentText('shell', env)}\n${print}`], {
      env: {},
    })
    expect(JSON.parse(said.toString())).toMatchObject(env)
  })

  it('are quoted for PowerShell, which has five single quotes', () => {
    expect(environmentText('powershell', { A: '$a `b "c"', B: "it's ‘so’ ‚‛" })).toBe(
      "$env:A = '$a `b \"c\"'\n$env:B = 'it''s ‘‘so’’ ‚‚‛‛'\n",
    )
  })

  it('are read from a dotenv file as they are', () => {
    const { SLASH: _, LINES: __, ...writable } = env
    const text = environmentText('dotenv', writable)
    expect(parseEnv(text)).toEqual(writable)
    // Docker takes quotes for a part of the value, so that there are none without need.
    expect(text).toContain('PLAIN=http://127.0.0.1:4180\n')
  })

  it.each(['a\nb', 'a\\b', `'"`, "it's $HOME"])(
    'are refused for a dotenv file when its readers would disagree: %j',
    value => {
      expect(() => environmentText('dotenv', { SECRET: value })).toThrow(
        new TypeError('The value of SECRET cannot be written in a dotenv file; use --env json.'),
      )
    },
  )

  it('are one object in JSON', () => {
    expect(JSON.parse(environmentText('json', env))).toEqual(env)
  })
})
