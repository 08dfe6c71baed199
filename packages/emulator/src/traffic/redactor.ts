/** Takes out of a text what must not be printed. */
export type Redact = (text: string) => string

/**
 * Takes out tokens, the secrets of apps, and characters that would control a terminal: any of these
 * may stand in a URL or in a header that a client sends by mistake.
 */
export function redactor(secrets: () => readonly string[]): Redact {
  return text => {
    let shown = text.replace(/[\w.-]+/g, withoutTokens)
    for (const secret of secrets()) {
      for (const form of [secret, encodeURIComponent(secret)]) {
        shown = shown.replaceAll(form, '[redacted]')
      }
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    return shown.replace(/[\x00-\x1f\x7f-\x9f]/g, '?')
  }
}

// A JWT is three or more parts of base64url, the first of which is a JSON object. The parts are split and
// not matched by one expression, which would take minutes for a long text made for that.
function withoutTokens(word: string): string {
  const parts = word.split('.')
  const header = parts.findIndex(
    (part, index) => index + 2 < parts.length && parts[index + 1] && /\beyJ[\w-]/.test(part),
  )
  if (header < 0) return word
  const shown = [...parts.slice(0, header), parts[header]?.replace(/\beyJ.*/, '[redacted]')]
  return shown.join('.')
}
