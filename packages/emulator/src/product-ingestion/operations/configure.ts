import { documented, observed } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { reply } from '../../api/reply.ts'
import { readJsonObject } from '../../http/json-body.ts'
import { ingestionError } from '../ingestion-error.ts'
import type { IngestionState } from '../product-ingestion.ts'
import { typeOf } from '../resource.ts'
import { cloudpub, ingestionPage } from '../source.ts'
import { jobJson } from './job-json.ts'

const answers = {
  accepted: documented(
    202,
    'the payload has resources with a `$schema` each: a job that is `notStarted`; what is wrong beyond that is in the errors of the job. That the status is 202 is chosen: none is given',
    ingestionPage,
  ),
  badSchema: observed(
    400,
    'the payload is no JSON object, has no resources, or one of them has no `$schema`',
    cloudpub,
  ),
}

/** Starts a job that edits the draft of products, or publishes it to preview or live. */
export const configure: Operation<IngestionState> = {
  method: 'POST',
  path: '/rp/product-ingestion/configure',
  answers,
  answer(call) {
    const body = readJsonObject(call.body)
    const resources = body?.['resources']
    const isValid =
      Array.isArray(resources) &&
      resources.length > 0 &&
      resources.every(resource => typeOf(resource) !== undefined)
    if (!isValid) {
      const message = 'Invalid configuration: schema validation failed'
      const what = 'The resources are a list, and each has a $schema.'
      const details = [{ code: 'schemaValidationError', message: what }]
      return ingestionError(answers.badSchema, 'badRequest', message, details)
    }
    call.state.settle(call.now)
    const job = call.state.start(resources, call.now)
    return reply(answers.accepted, jobJson(job, parameter(call.query, '$version') ?? '', call.now))
  },
}
