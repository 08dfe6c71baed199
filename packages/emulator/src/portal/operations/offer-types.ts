import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import type { PortalState } from '../portal.ts'
import { page } from '../source.ts'

const answers = {
  listed: documented(
    200,
    'asked; the shape of the list is published nowhere and chosen',
    page('prerequisites'),
  ),
}

/** Lists the types that an offer can have. */
export const offerTypes: Operation<PortalState> = {
  method: 'GET',
  path: '/api/offerTypes',
  answers,
  answer: () => reply(answers.listed, types),
}

const types = [
  {
    id: 'microsoft-azure-virtualmachines',
    version: 87,
    definition: { displayText: 'Virtual Machine' },
  },
  {
    id: 'microsoft-azure-corevm',
    version: 12,
    definition: { displayText: 'Core Virtual Machine' },
  },
]
