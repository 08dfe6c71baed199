import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

/** Why the tests of the page cannot run here, or nothing when they can. */
export const noBrowser: string | undefined = existsSync(executablePath)
  ? undefined
  : `there is no ${executablePath}: run tools/install-chromium.sh`

// Where everything is to be checked, a missing browser is a failure and no reason to skip.
if (noBrowser !== undefined && process.env['CI'] === 'true') throw new Error(noBrowser)

/** A headless browser that makes no traffic of its own. */
export function launchBrowser(): Promise<Browser> {
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  return chromium.launch({ executablePath, args })
}
