import { observed } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { PortalState } from '../portal.ts'
import { pub } from '../source.ts'

const answers = {
  listed: observed(200, 'asked: the accounts that the app has a role in', pub),
}

/** Lists the publisher accounts that the app may use. Not in the reference. */
export const listPublishers: Operation<PortalState> = {
  method: 'GET',
  path: '/api/publishers',
  answers,
  answer({ state, clientId }) {
    const shown = state.publishers.filter(publisher => publisher.admits(clientId))
    return reply(
      answers.listed,
      shown.map(({ id, displayText, sellerId }) => ({
        id,
        version: 1,
        definition: { displayText, offerTypeCategories: ['azure'], sellerId },
      })),
    )
  },
}
