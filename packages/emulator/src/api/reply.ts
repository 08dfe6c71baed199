import type { Reply } from '../http/reply.ts'
import type { Answer } from './answer.ts'

type Headers = Readonly<Record<string, string | readonly string[]>>

/** Gives an answer with a JSON body, or with an empty one. */
export function reply(answer: Answer, value?: unknown, headers: Headers = {}): Reply {
  const { status } = answer
  if (value === undefined) return { status, headers, body: '', answer }
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
    answer,
  }
}

/** Gives an answer with a body of plain text. */
export function textReply(answer: Answer, text: string, headers: Headers = {}): Reply {
  const type = { 'content-type': 'text/plain; charset=utf-8' }
  return { status: answer.status, headers: { ...type, ...headers }, body: text, answer }
}

/** Says for the log why a request was refused. */
export function refusedBecause(refused: string, given: Reply): Reply {
  return { ...given, about: { ...given.about, refused } }
}
