import { chosen, documented, observed } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import { badRequest } from '../api-error.ts'
import { offerSummary } from '../offer-json.ts'
import type { PortalState } from '../portal.ts'
import { page, partnerCenterCli } from '../source.ts'
import { withPublisher } from './addressed.ts'

const answers = {
  listed: documented(200, 'asked without a filter', page('retrieve-offers')),
  filtered: observed(200, "`$filter=offerTypeId eq '…'` is given", partnerCenterCli),
  unknownFilter: chosen(400, 'another filter is given', 'clients in the field use this one only'),
}

/** Lists the offers of a publisher, with the one OData filter that field clients use. */
export const listOffers: Operation<PortalState> = {
  method: 'GET',
  path: '/api/publishers/:publisherId/offers',
  answers,
  answer: call =>
    withPublisher(call, publisher => {
      const filter = call.query.get('$filter')
      const offerTypeId = filter === null ? undefined : filteredType(filter)
      if (filter !== null && offerTypeId === undefined) {
        return badRequest(answers.unknownFilter, `The filter '${filter}' is not supported.`)
      }
      const offers = publisher.offers.filter(
        offer => offerTypeId === undefined || offer.offerTypeId === offerTypeId,
      )
      return reply(
        filter === null ? answers.listed : answers.filtered,
        offers.map(offer => offerSummary(offer, call.state.answers, call.now)),
      )
    }),
}

function filteredType(filter: string): string | undefined {
  return /^\s*offerTypeId\s+eq\s+'([^']*)'\s*$/.exec(filter)?.[1]
}
