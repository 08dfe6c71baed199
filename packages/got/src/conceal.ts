/** Node keeps what it sent. Its request stays what it is for whoever asks, but no logger shows what is in it. */
export function conceal(request: object): void {
  for (const shown of ['toJSON', Symbol.for('nodejs.util.inspect.custom')])
    Reflect.defineProperty(request, shown, { value: () => '[redacted]', configurable: true })
}
