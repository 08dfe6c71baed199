import { chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { reply } from '../../api/reply.ts'
import { ingestionError } from '../ingestion-error.ts'
import type { IngestionState } from '../product-ingestion.ts'
import { ofProduct, type ProductSubmission } from '../publication.ts'
import { schemaOf } from '../resource.ts'
import { ingestionPage } from '../source.ts'
import { draftJson, submissionJson } from '../submission-json.ts'
import type { IngestionCall } from './page-of.ts'

const answers = {
  shown: documented(
    200,
    'the product has what `targetType` names, which is `draft` by default, `preview` or `live`: all of its resources, and the submission among them, as [cloudpub](https://github.com/release-engineering/cloudpub) reads it',
    ingestionPage,
  ),
  badTarget: chosen(400, '`targetType` is something else', 'the reference has three values'),
  missing: chosen(
    404,
    'there is no such product, or it was never published there',
    'not described',
  ),
}

/** Shows every resource of a product as it is edited, previewed or live. */
export const getResourceTree: Operation<IngestionState> = {
  method: 'GET',
  path: '/rp/product-ingestion/resource-tree/product/:productId',
  answers,
  answer(call) {
    call.state.settle(call.now)
    const targetType = parameter(call.query, 'targetType') ?? 'draft'
    const root = `product/${call.params['productId']?.toLowerCase()}`
    const find = targets.get(targetType)
    if (!find) {
      const message = `The targetType ${targetType} is not draft, preview or live.`
      return ingestionError(answers.badTarget, 'badRequest', message)
    }
    const version = parameter(call.query, '$version') ?? ''
    const resources = find(call, root, version)
    if (!resources?.some(({ id }) => id === root)) {
      return ingestionError(answers.missing, 'notFound', `There is no ${targetType} of ${root}.`)
    }
    return reply(answers.shown, {
      $schema: schemaOf('resource-tree', version),
      root,
      target: { targetType },
      resources,
    })
  },
}

type Find = (
  call: IngestionCall,
  root: string,
  version: string,
) => readonly { readonly id: string }[] | undefined

const targets = new Map<string, Find>([
  [
    'draft',
    ({ state }, root, version) => [
      ...ofProduct(state.draft, root).values(),
      draftJson(root, version),
    ],
  ],
  ['preview', ({ state }, root, version) => published(state.publication(root).preview, version)],
  ['live', ({ state }, root, version) => published(state.publication(root).live, version)],
])

function published(submission: ProductSubmission | undefined, version: string) {
  return submission && [...submission.resources.values(), submissionJson(submission, version)]
}
