import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apis } from '../../src/apis.ts'
import { environmentText } from '../../src/command/environment-text.ts'
import { type Emulator, startEmulator } from '../../src/index.ts'
import { exampleRequests } from '../../src/page/example-requests.ts'
import { apiClient } from '../api-client.ts'
import { answerTo, noCurl } from '../curl.ts'
import { freshToken, requestToken, send } from '../requests.ts'
import { launchBrowser, noBrowser } from './chromium.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const offerTypes = '/api/offerTypes?api-version=2017-10-31'
const title = noBrowser === undefined ? 'the page' : `the page (skipped: ${noBrowser})`

// The title says why; CI must have a browser (`chromium.ts`).
describe.skipIf(noBrowser)(title, () => {
  let browser: Browser
  let emulator: Emulator
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    emulator = await startEmulator()
    problems = []
    page = await open()
  })
  afterEach(async () => {
    await page.close()
    await emulator.close()
    expect(problems).toEqual([])
  })

  async function open(options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width: 1300, height: 850 }, ...options })
    opened.on('pageerror', error => problems.push(error.message))
    opened.on('console', message => {
      if (message.type() === 'error') problems.push(message.text())
    })
    await opened.goto(emulator.origin)
    await opened.getByText('Live', { exact: true }).first().waitFor()
    return opened
  }

  const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()')

  /** The row of the newest request. */
  const newest = (): Locator => page.locator('tr.request').first()

  it('shows traffic as it happens: client, path, version, token and why it was refused', async () => {
    const token = await freshToken(emulator)
    await send(emulator, token, offerTypes, { headers: { 'user-agent': 'tester/1' } })
    await expect
      .poll(() => newest().innerText())
      .toMatch(
        /200\s+Cloud Partner Portal\s+GET \/api\/offerTypes\?api-version=2017-10-31\s+\S+…, \d s old\s+tester\/1/,
      )
    emulator.revokeTokens()
    await send(emulator, token, offerTypes)
    await expect
      .poll(() => newest().innerText())
      .toMatch(/401[\s\S]+The access token has been revoked\./)
    await send(emulator, await freshToken(emulator), offerTypes)
    await expect.poll(() => newest().innerText()).toContain('resent with a new token')
    await requestToken(emulator, 'v2', { client_secret: 'wrong' })
    await expect
      .poll(() => newest().innerText())
      .toMatch(/401\s+Entra\s+Token, v2[\s\S]+AADSTS7000215/)
  })

  it('shows what arrived before it was opened', async () => {
    await send(emulator, await freshToken(emulator), offerTypes)
    await page.reload()
    await expect.poll(() => page.locator('tr.request').count()).toBe(2)
  })

  it('switches a fault on by a click and shows it in the traffic', async () => {
    const token = await freshToken(emulator)
    await page
      .getByRole('group', { name: 'The APIs' })
      .getByRole('button', { name: 'Throttle 3' })
      .click()
    await page.getByRole('list', { name: 'Active faults' }).getByText('throttle').waitFor()
    expect((await send(emulator, token, offerTypes)).status).toBe(429)
    await expect.poll(() => newest().innerText()).toMatch(/429[\s\S]+fault: throttle/)
    await expect.poll(() => page.locator('#active').innerText()).toContain('2 to go · applied 1×')
    await page.getByRole('button', { name: 'Remove the fault throttle' }).click()
    await expect.poll(() => emulator.faults.active).toEqual([])
    await page.getByText('None is active').waitFor()
  })

  it('is driven by the keyboard alone', async () => {
    const token = await freshToken(emulator)
    const press = async (name: string, key: string) => {
      for (let pressed = 0; pressed < 80; pressed++) {
        await page.keyboard.press('Tab')
        const focused = await page.evaluate<string | null>(
          `document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent`,
        )
        if (focused?.trim() === name) return page.keyboard.press(key)
      }
      throw new Error(`${name} cannot be reached with the Tab key`)
    }
    await press('Refuse the next', 'Enter')
    await expect.poll(() => emulator.faults.active).toMatchObject([{ fault: { type: 'refuse' } }])
    expect((await send(emulator, token, offerTypes)).status).toBe(401)
    await expect.poll(() => newest().innerText()).toMatch(/401[\s\S]+fault: refuse/)

    await press('Slow by 2 s', 'Space')
    await press('Remove the fault slow', 'Space').catch(async () => {
      // The list of faults stands before the buttons: once around the page.
      await press('Remove the fault slow', 'Space')
    })
    await expect.poll(() => emulator.faults.active).toEqual([])
    const focused = () => page.evaluate<string>('document.activeElement.id')
    expect(await focused()).toBe('faults-title')
  })

  it('adds any fault by its form and says what is wrong with one', async () => {
    await page.getByText('Another fault…').click()
    await page.getByLabel('What happens').selectOption('answer')
    await page.getByLabel('Status', { exact: true }).fill('418')
    await page.getByRole('textbox', { name: 'Body' }).fill('short and stout')
    await page.getByLabel('Path').fill('/api/offer*')
    await page.getByRole('button', { name: 'Add the fault' }).click()
    await expect
      .poll(() => emulator.faults.active)
      .toMatchObject([
        {
          fault: {
            type: 'answer',
            status: 418,
            body: 'short and stout',
            path: '/api/offer*',
            count: 1,
          },
        },
      ])
    const response = await send(emulator, 'none', offerTypes)
    expect([response.status, await response.text()]).toEqual([418, 'short and stout'])

    await page.getByLabel('Path').fill('api')
    await page.getByRole('button', { name: 'Add the fault' }).click()
    await page.getByText('A path starts with "/" or "*".').waitFor()
    expect(emulator.faults.active).toEqual([])
    // The browser itself notes the refused request in its console.
    expect(problems.splice(0)).toEqual([expect.stringContaining('400')])
  })

  it('revokes tokens and shows them so, decoded and never whole', async () => {
    const token = await freshToken(emulator)
    const item = page.locator('#tokens li').first()
    await expect
      .poll(() => item.innerText())
      .toMatch(/valid\s*60 min left\s+offer-automation for Cloud Partner Portal/)
    await item.locator('summary').click()
    expect(await item.innerText()).toContain('"aud": "https://cloudpartner.azure.com"')
    await page.getByRole('button', { name: 'Revoke all' }).click()
    await expect.poll(() => item.innerText()).toContain('revoked')
    expect((await send(emulator, token, offerTypes)).status).toBe(401)
    await expect.poll(() => newest().innerText()).toContain('401')
    await newest().getByRole('button').click()
    await page.getByText('Token, decoded').click()
    await page.getByRole('region', { name: 'Answer: body' }).waitFor()
    const html = await page.content()
    for (const part of token.split('.')) expect(html).not.toContain(part)
    expect(html).not.toContain(emulator.env['AZURE_CLIENT_SECRET'])
  })

  // It is tried with curl itself, which CI must have (`curl.ts`).
  it.skipIf(noCurl)(
    'has a command for a first request that works as it stands, and copies it',
    async () => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      const shown = page.getByRole('region', { name: 'A command that works as it stands' })
      await expect.poll(() => shown.innerText()).toContain('Authorization: Bearer ')
      expect(await answerTo(await shown.innerText())).toMatch(/^HTTP\/1\.1 200 OK/)
      await expect.poll(() => newest().innerText()).toMatch(/200\s+Cloud Partner Portal\s+GET/)
      expect(await page.locator('#example-section pre').textContent()).toBe('')

      await page.getByRole('button', { name: 'Connect a client' }).click()
      await page.getByRole('button', { name: 'Copy the command' }).click()
      await page.getByRole('button', { name: 'Copied' }).waitFor()
      expect(await answerTo(await clipboard())).toMatch(/^HTTP\/1\.1 200 OK/)
      await page.keyboard.press('Escape')
      await expect.poll(() => shown.isVisible()).toBe(false)
      // No client asked for these tokens.
      expect(await page.locator('#tokens li').count()).toBe(0)
    },
  )

  it('has the variables for every shell, with the secret only where it is wanted', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const secret = emulator.env['AZURE_CLIENT_SECRET'] ?? ''
    const shown = page.getByRole('region', { name: 'The variables' })
    for (const [label, form] of [
      ['a shell', 'shell'],
      ['PowerShell', 'powershell'],
      ['a .env file', 'dotenv'],
      ['JSON', 'json'],
    ] as const) {
      const text = environmentText(form, emulator.env)
      await page.getByLabel('Variables for').selectOption(label)
      const masked = environmentText(form, { ...emulator.env, AZURE_CLIENT_SECRET: '••••••••' })
      await expect.poll(() => shown.innerText()).toBe(masked)
      await page.getByRole('button', { name: /Copy the variables|Copied/ }).click()
      await expect.poll(clipboard).toBe(text)
    }
    await page.getByRole('button', { name: 'Show the secret' }).click()
    await expect.poll(() => shown.innerText()).toContain(secret)
  })

  // It is tried with curl itself, which CI must have (`curl.ts`).
  it.skipIf(noCurl)(
    'shows what was said on demand, without tokens and secrets, and copies it as curl',
    async () => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      const token = await freshToken(emulator)
      const secret = emulator.env['AZURE_CLIENT_SECRET'] ?? ''
      const body = JSON.stringify({ note: `x ${secret}`, password: 'canary', token, big: 1 })
      await send(emulator, token, '/api/echo?api-version=2017-10-31', {
        method: 'PUT',
        body: body.replace('"big":1', '"big":12345678901234567890'),
        headers: { 'content-type': 'application/json', 'if-match': `it's` },
      })
      await expect.poll(() => newest().innerText()).toContain('PUT')
      await newest().getByRole('button').click()
      const said = page.getByRole('region', { name: 'Request: body' })
      await expect
        .poll(() => said.innerText())
        .toBe(
          `{
  "note": "x [redacted]",
  "password": "[redacted]",
  "token": "[redacted]",
  "big": 12345678901234567890
}`,
        )
      expect(await page.getByRole('region', { name: 'Answer: body' }).innerText()).toContain(
        '"method": "PUT"',
      )
      await page.getByRole('button', { name: 'Copy as curl' }).click()
      await expect.poll(clipboard).toMatch(/^curl -i /)
      expect(await answerTo(await clipboard())).toMatch(/^HTTP\/1\.1 200 OK/)
      expect(emulator.requests.at(-1)).toMatchObject({
        method: 'PUT',
        headers: { 'if-match': `it's`, 'content-type': 'application/json' },
        body: {
          text: '{"note":"x [redacted]","password":"[redacted]","token":"[redacted]","big":12345678901234567890}',
        },
      })
      const html = await page.content()
      for (const hidden of [secret, 'canary', token]) expect(html).not.toContain(hidden)
    },
  )

  it('says so when what was said is not kept', async () => {
    emulator.faults.add({ type: 'reset', count: 1 })
    await send(emulator, await freshToken(emulator), offerTypes).catch(() => {})
    await expect.poll(() => newest().innerText()).toContain('fault: reset')
    await newest().getByRole('button').click()
    await page.getByText('What it said is not kept').waitFor()
    expect(problems.splice(0)).toEqual([expect.stringContaining('404')])
  })

  it('leads from row to row with the arrow keys', async () => {
    const token = await freshToken(emulator)
    for (const n of [1, 2, 3]) await send(emulator, token, `${offerTypes}&n=${n}`)
    await expect.poll(() => newest().innerText()).toContain('n=3')
    const row = () =>
      page.evaluate<string>(`document.activeElement.closest('tr')?.innerText ?? 'none'`)
    await newest().getByRole('button').focus()
    await page.keyboard.press('ArrowDown')
    expect(await row()).toContain('n=2')
    await page.keyboard.press('End')
    expect(await row()).toContain('Token, v2')
    await page.keyboard.press('Home')
    expect(await row()).toContain('n=3')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Copy as curl' }).waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Copy as curl')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('ArrowUp')
    expect(await row()).toContain('n=3')
  })

  it('moves the time, and offers move with it', async () => {
    const token = await freshToken(emulator)
    const publish = '/api/publishers/contoso/offers/contoso-vm/publish?api-version=2017-10-31'
    await send(emulator, token, publish, { method: 'POST' })
    const offer = page.locator('#groups .things > li').first()
    await expect.poll(() => offer.innerText()).toContain('running')
    await page.getByRole('button', { name: '+1 min' }).click()
    await expect.poll(() => offer.innerText()).toContain('waiting for sign-off')
    await page.getByLabel('Speed').selectOption('stopped')
    await expect.poll(() => emulator.clock.factor).toBe(0)
    await page.getByText('(stopped)').waitFor()
  })

  it('filters, pauses and clears', async () => {
    const token = await freshToken(emulator)
    await send(emulator, token, offerTypes)
    await send(emulator, token, '/api/nothing?api-version=2017-10-31')
    const visible = () => page.locator('tr.request:visible').count()
    await expect.poll(visible).toBe(3)
    await page.getByLabel('Problems only').check()
    expect(await visible()).toBe(1)
    await page.getByLabel('Problems only').uncheck()
    await page.getByLabel('Filter').fill('offertypes')
    expect(await visible()).toBe(1)
    await page.getByLabel('Filter').fill('nonsense')
    await page.getByText('No request matches.').waitFor()
    await page.getByLabel('Filter').fill('')
    await page.getByLabel('Only requests for').selectOption('Entra')
    expect(await visible()).toBe(1)
    await page.getByLabel('Only requests for').selectOption('All services')
    await page.getByRole('button', { name: 'Pause' }).click()
    await send(emulator, token, offerTypes)
    await page.getByRole('button', { name: 'Resume (1)' }).waitFor()
    expect(await visible()).toBe(3)
    await page.getByRole('button', { name: 'Resume (1)' }).click()
    expect(await visible()).toBe(4)
    await page.getByRole('button', { name: 'Clear' }).click()
    await expect.poll(visible).toBe(0)
    expect(emulator.requests).toEqual([])
  })

  it('forgets what the emulator forgets, in every open page', async () => {
    const other = await open()
    await send(emulator, await freshToken(emulator), offerTypes)
    emulator.faults.add({ type: 'error' })
    await expect.poll(() => other.locator('tr.request').count()).toBe(2)
    emulator.reset()
    for (const one of [page, other]) {
      await one.getByText('Nothing has arrived yet.').waitFor()
      await one.getByText('None is active').waitFor()
    }
    await send(emulator, await freshToken(emulator), offerTypes)
    await expect.poll(() => page.locator('tr.request').count()).toBe(2)
    await page.getByRole('button', { name: 'Clear' }).click()
    await other.getByText('Nothing has arrived yet.').waitFor()
    await other.close()
  })

  it('copies where the browser has no clipboard for it', async () => {
    await page.addInitScript('Object.defineProperty(navigator, "clipboard", { value: undefined })')
    await page.reload()
    await page.getByText('Authorization: Bearer').waitFor()
    await page.getByRole('button', { name: 'Copy the variables' }).click()
    await page.getByRole('button', { name: 'Copied' }).waitFor()
    await page.getByLabel('Filter').focus()
    await page.keyboard.press('Control+V')
    // A field of one line has spaces where the text has line breaks.
    const pasted = environmentText('shell', emulator.env).trimEnd().replaceAll('\n', ' ')
    await expect.poll(() => page.getByLabel('Filter').inputValue()).toBe(pasted)
  })

  it('shows hostile text as text', async () => {
    const hostile = '<img src=x onerror=alert(1)>'
    await send(emulator, 'none', `/api/${encodeURIComponent(hostile)}`, {
      headers: { 'user-agent': hostile },
    })
    await expect.poll(() => newest().innerText()).toContain(hostile)
    expect(await page.locator('img').count()).toBe(0)
  })

  it('takes a thousand requests in a burst and keeps the newest', async () => {
    const token = await freshToken(emulator)
    await Promise.all(Array.from({ length: 1000 }, () => send(emulator, token, offerTypes)))
    await send(emulator, token, '/api/publishers?api-version=2017-10-31')
    await expect.poll(() => newest().innerText()).toContain('/api/publishers')
    expect(await page.locator('tr.request').count()).toBeLessThanOrEqual(500)
  })

  it('finds the emulator again after it was away', async () => {
    const { port } = new URL(emulator.origin)
    await emulator.close()
    await page.getByText('Not connected; trying again').waitFor()
    emulator = await startEmulator({ port: Number(port) })
    await page.getByText('Live', { exact: true }).first().waitFor()
    problems = []
  })

  describe.each(['light', 'dark'] as const)('in %s', colorScheme => {
    it('has no violation that axe can find, empty and full', async () => {
      await page.close()
      // What still fades in would be judged by a colour that is not there to stay.
      page = await open({ colorScheme, reducedMotion: 'reduce' })
      expect(await violations(page)).toEqual([])
      await busy()
      expect(await violations(page)).toEqual([])
      await page.getByRole('button', { name: 'Connect a client' }).click()
      await page.getByText('Authorization: Bearer').waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.setViewportSize({ width: 420, height: 800 })
      expect(await violations(page)).toEqual([])
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - innerWidth',
      )
      expect(overflow).toBeLessThanOrEqual(0)
    })
  })

  /** Brings about something of everything that the page can show. */
  async function busy(): Promise<void> {
    const token = await freshToken(emulator)
    const publish = '/api/publishers/contoso/offers/contoso-vm/publish?api-version=2017-10-31'
    await send(emulator, token, publish, { method: 'POST' })
    for (const { name, audiences } of apis) {
      const call = await apiClient(emulator, audiences[0] ?? '')
      await call('GET', exampleRequests[name] ?? '/')
    }
    emulator.revokeTokens()
    await send(emulator, token, offerTypes)
    await send(emulator, await freshToken(emulator), offerTypes)
    emulator.faults.add({ type: 'error', count: 1 })
    await send(emulator, token, offerTypes)
    emulator.faults.add({ type: 'reset', count: 1 })
    await send(emulator, token, offerTypes).catch(() => {})
    emulator.faults.add({ type: 'throttle', path: '/api/publishers', on: 'portal' })
    await fetch(`${emulator.origin}/nowhere`)
    await expect.poll(() => page.locator('tr.request').count()).toBe(8 + 2 * apis.length)
    await page.getByText('Another fault…').click()
    const refused = page.locator('tr.request', { hasText: 'has been revoked' })
    await refused.getByRole('button').click()
    await page.getByText('Token, decoded').click()
    await page.getByText('Identifiers').click()
    await page
      .getByText(/more headers/)
      .first()
      .click()
    await page.locator('#tokens summary').first().click()
    await page.getByText('until removed').waitFor()
    await page.getByRole('region', { name: 'Offers, Cloud Partner Portal' }).waitFor()
  }
})

/** What axe finds wrong with a page as it stands. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const results = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } }
    return axe.run()
  })
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' ')}`,
  )
}
