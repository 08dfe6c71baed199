import { json, type Reply } from '../../http/reply.ts'
import type { PortalCall } from '../guarded.ts'

/** Emulator only: says what arrived, so that a test can compare it with what was sent. */
export function echo({ method, url, body, headers }: PortalCall): Reply {
  return json(200, {
    method,
    url,
    bytes: body.bytes,
    sha256: body.sha256,
    contentType: headers['content-type'],
    contentLength: headers['content-length'],
  })
}
