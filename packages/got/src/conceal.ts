/** Node keeps what it sent. Its request stays what it is for whoever asks, but no logger shows what is in it. */
export function conceal(request: object): void {
  for (const name of shown) Reflect.defineProperty(request, name, redacted)
}

const shown = ['toJSON', Symbol.for('nodejs.util.inspect.custom')]
const redacted = { value: () => '[redacted]', configurable: true }
