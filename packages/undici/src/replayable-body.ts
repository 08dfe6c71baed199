/** Whether a body is all in memory. `fetch` hands its dispatcher every body as a generator, which is sent once. */
export function isReplayable(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || ArrayBuffer.isView(body)) return true
  // By tag, since undici 8 takes no FormData but its own.
  return /^\[object (ArrayBuffer|Blob|File|FormData)]$/.test(Object.prototype.toString.call(body))
}
