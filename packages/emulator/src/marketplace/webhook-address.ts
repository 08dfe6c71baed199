/**
 * The address that events are sent to. Only loopback by default: a test that was copied from production
 * must not call production.
 *
 * @throws TypeError for what is no http or https URL, or is elsewhere.
 */
export function checkedWebhook(url: string | undefined, anywhere: boolean): string | undefined {
  if (url === undefined) return undefined
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new TypeError('A webhook is an http or https URL.')
  }
  if (!anywhere && !isLoopback(parsed.hostname)) {
    throw new TypeError(
      `The webhook at ${parsed.host} is not on loopback. Start the emulator with webhooksAnywhere: true if it is meant to be called.`,
    )
  }
  return url
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
