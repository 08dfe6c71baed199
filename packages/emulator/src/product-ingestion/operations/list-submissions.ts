import { chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import type { Reply } from '../../http/reply.ts'
import { ingestionError } from '../ingestion-error.ts'
import type { IngestionState } from '../product-ingestion.ts'
import { ingestionPage } from '../source.ts'
import { draftJson, submissionJson } from '../submission-json.ts'
import { type IngestionCall, pageOf } from './page-of.ts'

const answers = {
  listed: documented(
    200,
    'the product exists: a reference to its draft, and what is in preview and live, or what `targetType` names',
    ingestionPage,
  ),
  missing: chosen(404, 'the product does not exist', 'not described'),
  badPage: documented(400, '`$maxpagesize` is no number, or `$top` is used with it', ingestionPage),
}

/** Lists the submissions of a product that are active. */
export const listSubmissions: Operation<IngestionState> = {
  method: 'GET',
  path: '/rp/product-ingestion/submission/:productId',
  answers,
  answer: call => listed(call, answers),
}

const byDurableId = {
  listed: documented(200, 'the product is named by its durable id: the same', ingestionPage),
  missing: chosen(404, 'there is no product with this durable id', 'not described'),
  badPage: documented(400, '`$maxpagesize` is no number', ingestionPage),
}

/** The same with the durable id, which holds a slash. */
export const listSubmissionsOfProduct: Operation<IngestionState> = {
  method: 'GET',
  path: '/rp/product-ingestion/submission/product/:productId',
  answers: byDurableId,
  answer: call => listed(call, byDurableId),
}

function listed(call: IngestionCall, given: typeof answers): Reply {
  const { state, query, now } = call
  state.settle(now)
  const product = `product/${call.params['productId']?.toLowerCase()}`
  if (!state.draft.has(product)) {
    return ingestionError(given.missing, 'notFound', `There is no ${product}.`)
  }
  const wanted = parameter(query, 'targetType')
  const version = parameter(query, '$version') ?? ''
  const { preview, live } = state.publication(product)
  const shown = [
    draftJson(product, version),
    ...[live, preview === live ? undefined : preview].flatMap(one =>
      one ? [submissionJson(one, version)] : [],
    ),
  ].filter(({ target }) => wanted === undefined || target.targetType === wanted)
  return pageOf(call, shown, given)
}
