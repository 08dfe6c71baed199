import { chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import type { IngestionState } from '../product-ingestion.ts'
import { privateOffersPage } from '../source.ts'
import { pageOf } from './page-of.ts'

const answers = {
  listed: documented(
    200,
    'asked: the private offers of the account; filters are not emulated',
    privateOffersPage,
  ),
  badPage: chosen(400, 'a size of pages is no number', 'not described'),
}

/** Lists the private offers of the account. */
export const listPrivateOffers: Operation<IngestionState> = {
  method: 'GET',
  path: '/rp/product-ingestion/private-offer/query',
  answers,
  answer(call) {
    call.state.settle(call.now)
    const offers = [...call.state.draft.values()].filter(({ id }) =>
      id.startsWith('private-offer/'),
    )
    return pageOf(call, offers, answers)
  },
}
