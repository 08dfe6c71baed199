import { chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { reply } from '../../api/reply.ts'
import { ingestionError } from '../ingestion-error.ts'
import type { IngestionState } from '../product-ingestion.ts'
import { ingestionPage, privateOffersPage } from '../source.ts'
import { jobJson } from './job-json.ts'

const answers = {
  shown: documented(
    200,
    'the job was not asked for within the last minute: `notStarted`, `running` or `completed`, then with `succeeded` or `failed` and errors; that it takes 20 seconds is chosen',
    ingestionPage,
  ),
  tooOften: documented(
    429,
    'the job was asked for within the last minute, by the emulated clock; that it is a 429 with `Retry-After` is chosen',
    privateOffersPage,
  ),
  missing: chosen(404, 'there is no such job', 'not described'),
}

/** Shows how far a job is. */
export const configureStatus: Operation<IngestionState> = {
  method: 'GET',
  path: '/rp/product-ingestion/configure/:jobId/status',
  answers,
  answer(call) {
    const { state, now } = call
    const id = call.params['jobId'] ?? ''
    state.settle(now)
    const job = state.job(id)
    if (!job) return ingestionError(answers.missing, 'notFound', `There is no job ${id}.`)
    const early = state.polled(id, now)
    if (early > 0) {
      const message = 'A job may be polled once per minute.'
      const headers = { 'retry-after': String(Math.ceil(early / 1000)) }
      return ingestionError(answers.tooOften, 'tooManyRequests', message, [], headers)
    }
    return reply(answers.shown, jobJson(job, parameter(call.query, '$version') ?? '', now))
  },
}
