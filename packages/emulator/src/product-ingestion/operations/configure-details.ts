import { chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { reply } from '../../api/reply.ts'
import { ingestionError } from '../ingestion-error.ts'
import type { IngestionState } from '../product-ingestion.ts'
import { schemaOf } from '../resource.ts'
import { ingestionPage } from '../source.ts'

const answers = {
  shown: documented(
    200,
    'the job has ended: the resources that it created or changed',
    ingestionPage,
  ),
  running: documented(400, 'the job has not ended yet; that it is a 400 is chosen', ingestionPage),
  missing: chosen(404, 'the job does not exist', 'not described'),
}

/** Shows what a job has done. */
export const configureDetails: Operation<IngestionState> = {
  method: 'GET',
  path: '/rp/product-ingestion/configure/:jobId',
  answers,
  answer(call) {
    const { state, now } = call
    const id = call.params['jobId'] ?? ''
    state.settle(now)
    const job = state.job(id)
    if (!job) return ingestionError(answers.missing, 'notFound', `There is no job ${id}.`)
    const { outcome } = job
    if (!outcome) return ingestionError(answers.running, 'badRequest', `The job ${id} is running.`)
    const version = parameter(call.query, '$version') ?? ''
    const submissions = outcome.submissions.map(({ id, product, target }) => ({
      $schema: schemaOf('submission', version),
      id,
      product,
      target: { targetType: target },
    }))
    const resources = outcome.touched.flatMap(id => state.draft.get(id) ?? [])
    return reply(answers.shown, {
      $schema: schemaOf('configure', version),
      resources: [...resources, ...submissions],
      errors: outcome.errors,
    })
  },
}
