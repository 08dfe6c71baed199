import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { externalIdOf } from '../draft.ts'
import { ingestionError } from '../ingestion-error.ts'
import type { IngestionState } from '../product-ingestion.ts'
import { ingestionPage } from '../source.ts'
import { pageOf } from './page-of.ts'

const answers = {
  listed: documented(
    200,
    '`product` names a product: its plans, or the one with `externalId`',
    ingestionPage,
  ),
  noProduct: documented(400, '`product` is missing, which is always required', ingestionPage),
  badPage: documented(
    400,
    '`$top` and `$maxpagesize` are used together, or are no whole numbers',
    ingestionPage,
  ),
}

/** Lists the plans of a product. */
export const listPlans: Operation<IngestionState> = {
  method: 'GET',
  path: '/rp/product-ingestion/plan',
  answers,
  answer(call) {
    call.state.settle(call.now)
    const product = parameter(call.query, 'product')
    if (!product) {
      return ingestionError(answers.noProduct, 'badRequest', 'The parameter product is required.')
    }
    const externalId = parameter(call.query, 'externalId')
    const wanted = product.startsWith('product/') ? product : `product/${product}`
    const plans = [...call.state.draft.values()].filter(
      one =>
        one.id.startsWith('plan/') &&
        one['product'] === wanted &&
        (externalId === undefined || externalIdOf(one) === externalId),
    )
    return pageOf(call, plans, answers)
  },
}
