import type { Answer } from '../../api/answer.ts'
import { continuation, continued } from '../../api/continuation-token.ts'
import type { ApiCall } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { reply } from '../../api/reply.ts'
import type { Reply } from '../../http/reply.ts'
import { ingestionError } from '../ingestion-error.ts'
import type { IngestionState } from '../product-ingestion.ts'

/** A request to the Product Ingestion API. */
export type IngestionCall = ApiCall<IngestionState>

// No page size is published; this is one that a test can reach.
const usualPage = 100

/**
 * The part of a list that `$maxpagesize` with `continuationToken`, or `$top` with `$skip`, asks for, with the link
 * to the next one; a 400 when they contradict each other or are no numbers.
 */
export function pageOf(
  call: IngestionCall,
  all: readonly object[],
  answers: { readonly listed: Answer; readonly badPage: Answer },
): Reply {
  const given = (name: string) => parameter(call.query, name)
  const top = count(given('$top'))
  const skip = count(given('$skip')) ?? 0
  const size = count(given('$maxpagesize'))
  const token = continued(given('continuationToken'))
  if (
    [top, skip, size].some(Number.isNaN) ||
    token === undefined ||
    (top !== undefined && size !== undefined)
  ) {
    const message = '$top and $maxpagesize are whole numbers and not used together.'
    return ingestionError(answers.badPage, 'badRequest', message)
  }
  if (top !== undefined) return reply(answers.listed, { value: all.slice(skip, skip + top) })
  const start = token + skip
  const end = start + (size ?? usualPage)
  return reply(answers.listed, {
    value: all.slice(start, end),
    ...(end < all.length && { '@nextLink': nextLink(call, end) }),
  })
}

// The same request with the token of the next page.
function nextLink({ origin, path, query }: IngestionCall, start: number): string {
  const next = new URLSearchParams(query)
  for (const name of [...next.keys()]) {
    if (/^(\$skip|continuationToken)$/i.test(name)) next.delete(name)
  }
  next.set('continuationToken', continuation(start))
  // As the reference writes the parameter, and not with the dollar encoded.
  return `${origin}${path}?${next.toString().replaceAll('%24', '$')}`
}

function count(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return /^[1-9]\d{0,8}$|^0$/.test(text) ? Number(text) : Number.NaN
}
