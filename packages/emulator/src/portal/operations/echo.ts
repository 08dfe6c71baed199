import { chosen } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { PortalState } from '../portal.ts'

const answers = {
  echoed: chosen(200, 'asked', 'the emulator only: a test compares it with what was sent'),
}

/** Says what arrived. */
export const echo: Operation<PortalState> = {
  method: ['POST', 'PUT'],
  path: '/api/echo',
  answers,
  takesAnySize: true,
  answer: ({ method, url, body, headers }) =>
    reply(answers.echoed, {
      method,
      url,
      bytes: body.bytes,
      sha256: body.sha256,
      contentType: headers['content-type'],
      contentLength: headers['content-length'],
    }),
}
