import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Reply } from '../http/reply.ts'

const html = 'text/html; charset=utf-8'
const css = 'text/css; charset=utf-8'
const javascript = 'text/javascript; charset=utf-8'
const modules = [
  ...['page', 'connect', 'copy', 'dom', 'emulator', 'faults', 'groups', 'request-details'],
  ...['services', 'status-badge', 'time', 'tokens', 'traffic'],
]

/** The files of the page by their paths on the server. */
export const pageFiles: Readonly<Record<string, { readonly file: string; readonly type: string }>> =
  {
    '/': { file: 'index.html', type: html },
    '/_emulator/page.css': { file: 'page.css', type: css },
    '/_emulator/icon.svg': { file: 'icon.svg', type: 'image/svg+xml' },
    ...Object.fromEntries(
      modules.map(name => [`/_emulator/${name}.js`, { file: `${name}.js`, type: javascript }]),
    ),
  }

/** Headers of the page that let it run its own scripts and nothing else. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Reads one of the files; `undefined` for a path without one. */
export async function pageFile(path: string): Promise<Reply | undefined> {
  const found = pageFiles[path]
  if (!found) return undefined
  const body = await readFile(join(folder(), found.file), 'utf8')
  return { status: 200, headers: { ...pageHeaders, 'content-type': found.type }, body }
}

function folder(): string {
  // Found by the package's name, since the source and the built file lie at different depths.
  const require = createRequire(import.meta.url)
  return join(dirname(require.resolve('@cloud-partner-auth/emulator/package.json')), 'page')
}
