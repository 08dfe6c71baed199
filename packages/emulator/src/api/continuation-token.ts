/** The token of the page that begins at an index; opaque to clients, and with characters that a URL encodes. */
export function continuation(start: number): string {
  return `+/${Buffer.from(JSON.stringify({ start })).toString('base64')}=`
}

/** The index at which a page begins: 0 without a token, nothing for one that was never handed out. */
export function continued(token: string | null | undefined): number | undefined {
  if (token === undefined || token === null || token === '') return 0
  const found = /^\+\/(.+)=$/.exec(token)?.[1] ?? ''
  const start = /^\{"start":(\d{1,9})\}$/.exec(Buffer.from(found, 'base64').toString('utf8'))?.[1]
  return start === undefined ? undefined : Number(start)
}
