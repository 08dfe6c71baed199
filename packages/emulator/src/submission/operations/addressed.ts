import { type Answer, documented } from '../../api/answer.ts'
import { continuation, continued } from '../../api/continuation-token.ts'
import type { ApiCall } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { reply } from '../../api/reply.ts'
import type { Reply } from '../../http/reply.ts'
import type { AppProduct } from '../app-product.ts'
import { ingestionSwagger } from '../source.ts'
import type { SubmissionState } from '../submissions.ts'

/** A request to the submission API. */
export type SubmissionCall = ApiCall<SubmissionState>

/** Given where the path names a product that does not exist. */
export const productNotFound: Answer = documented(404, 'there is no such product', ingestionSwagger)

/** Where products are. */
export const productPath = '/v1.0/ingestion/products/:productId'

/** Answers for the product that the path names, if there is one. */
export function withProduct(call: SubmissionCall, answer: (product: AppProduct) => Reply): Reply {
  const id = call.params['productId'] ?? ''
  const product = call.state.product(id)
  return product ? answer(product) : reply(productNotFound, `There is no product ${id}.`)
}

/** Whether the `If-Match` of a request, if it has one, is the tag of what it is about to change. */
export function matches({ headers }: SubmissionCall, etag: string): boolean {
  const wanted = headers['if-match']?.trim()
  return wanted === undefined || wanted === '*' || wanted === etag
}

// No page size is published; this is one that a test can reach.
const pageSize = 100

/** One page of a list with the link to the next, under both names that clients know. */
export function paged(
  call: SubmissionCall,
  all: readonly object[],
  answers: { readonly listed: Answer; readonly badPage: Answer },
): Reply {
  const start = continued(parameter(call.query, '$skipToken'))
  if (start === undefined) return reply(answers.badPage, 'The $skipToken is not valid.')
  const end = start + pageSize
  if (end >= all.length) return reply(answers.listed, { value: all.slice(start, end) })
  const next = new URLSearchParams(call.query)
  next.set('$skipToken', continuation(end))
  const nextLink = `${call.origin}${call.path}?${next.toString().replaceAll('%24', '$')}`
  return reply(answers.listed, {
    value: all.slice(start, end),
    nextLink,
    '@odata.nextLink': nextLink,
  })
}
