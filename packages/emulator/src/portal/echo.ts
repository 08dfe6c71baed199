import { json, type Reply } from '../http/reply.ts'
import type { AuthorizedCall } from './guarded.ts'

/** Emulator only: says what arrived, so that a test can compare it with what was sent. */
export function echo(call: AuthorizedCall): Reply {
  return json(200, {
    method: call.method,
    url: call.url,
    bytes: call.body.bytes,
    sha256: call.body.sha256,
    contentType: call.headers['content-type'],
    contentLength: call.headers['content-length'],
  })
}
