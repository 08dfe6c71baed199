import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import { ingestionError } from '../ingestion-error.ts'
import type { IngestionState } from '../product-ingestion.ts'
import { ingestionPage } from '../source.ts'

const answers = {
  shown: documented(
    200,
    'the rest of the path is the durable id of a resource: its draft',
    ingestionPage,
  ),
  missing: documented(404, 'there is no such resource', 'https://learn.microsoft.com/graph/errors'),
}

/** Shows the draft of one resource by its durable id, such as `plan/<product>/<plan>`. */
export const getResource: Operation<IngestionState> = {
  method: 'GET',
  path: '/rp/product-ingestion/:type/*',
  answers,
  answer(call) {
    call.state.settle(call.now)
    const id = `${call.params['type']}/${call.params['*']}`.toLowerCase().replace(/\/$/, '')
    const resource = call.state.draft.get(id)
    if (resource) return reply(answers.shown, resource)
    return ingestionError(answers.missing, 'notFound', `There is no resource ${id}.`)
  },
}
