import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'

const shown = ['toJSON', Symbol.for('nodejs.util.inspect.custom')]

/**
 * Has JSON and `util.inspect` show nothing of `object`, or nothing while `holds()`. It stays what it is for whoever asks.
 */
export function conceal(object: unknown, holds: () => boolean = () => true): void {
  if (isConcealed(object)) return
  const value = () => (holds() ? '[redacted]' : object) // inspect and JSON go on with what they get
  for (const name of shown)
    Reflect.defineProperty(Object(object), name, { value, configurable: true })
}

export function isConcealed(object: unknown): boolean {
  return Object.hasOwn(Object(object), 'toJSON')
}

/**
 * Has no inspection show what `object` holds by `key`: it looks at accessors without calling them. Node prints an error
 * that nobody catches without asking objects how they want to be shown.
 */
export function veil(object: unknown, key: PropertyKey): void {
  const property = Reflect.getOwnPropertyDescriptor(Object(object), key)
  if (!property?.configurable || property.get) return
  let { value } = property
  const accessor = {
    __proto__: null, // or a value that some other package gave to Object.prototype would count
    get: () => value,
    set(given: unknown) {
      value = given
    },
    enumerable: property.enumerable === true,
    configurable: true,
  }
  Reflect.defineProperty(Object(object), key, accessor)
}

/** Has neither JSON nor any inspection show what a request of Node's http sends. It stays what it is for whoever asks. */
export function concealRequest(request: ClientRequest): void {
  conceal(request)
  const symbols = Object.getOwnPropertySymbols(request)
  const headers = symbols.find(({ description }) => description === 'kOutHeaders')
  for (const key of ['_header', 'outputData', headers ?? '']) veil(request, key)
  request.once('socket', concealUnsent)
}

/** What a socket has not sent yet, it holds; it shows itself again once it has no request with a token. */
function concealUnsent(socket: Socket & { readonly _httpMessage?: unknown }): void {
  conceal(socket, () => isConcealed(socket._httpMessage))
  if (socket.connecting) veil(socket, '_pendingData')
}
