import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { externalIdOf } from '../draft.ts'
import type { IngestionState } from '../product-ingestion.ts'
import { ingestionPage } from '../source.ts'
import { pageOf } from './page-of.ts'

const answers = {
  listed: documented(
    200,
    'asked, with `externalId`, `type`, `$maxpagesize` and `continuationToken`, or `$top` and `$skip`: `value` and, where there is more, `@nextLink`',
    ingestionPage,
  ),
  badPage: documented(
    400,
    '`$top` and `$maxpagesize` are used together, or are no numbers',
    ingestionPage,
  ),
}

/** Lists the products of the account, or those of one type or external id. */
export const listProducts: Operation<IngestionState> = {
  method: 'GET',
  path: '/rp/product-ingestion/product',
  answers,
  answer(call) {
    call.state.settle(call.now)
    const externalId = parameter(call.query, 'externalId')
    const type = parameter(call.query, 'type')
    const products = [...call.state.draft.values()].filter(
      one =>
        one.id.startsWith('product/') &&
        (externalId === undefined || externalIdOf(one) === externalId) &&
        (type === undefined || one['type'] === type),
    )
    return pageOf(call, products, answers)
  },
}
