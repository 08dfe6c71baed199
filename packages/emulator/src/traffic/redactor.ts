/** Takes out of a text what must not be printed. */
export type Redact = (text: string) => string

/**
 * Takes out tokens, the secrets of apps, and characters that would control a terminal: any of these
 * may stand in a URL or in a header that a client sends by mistake.
 */
export function redactor(secrets: () => readonly string[]): Redact {
  return text => {
    let shown = text.replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[redacted]')
    for (const secret of secrets()) {
      for (const form of [secret, encodeURIComponent(secret)]) {
        shown = shown.replaceAll(form, '[redacted]')
      }
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    return shown.replace(/[\x00-\x1f\x7f-\x9f]/g, '?')
  }
}
