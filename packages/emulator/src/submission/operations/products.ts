import { type AnswerTable, chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { reply } from '../../api/reply.ts'
import { isObject, type JsonObject, readJsonObject } from '../../http/json-body.ts'
import type { AppProduct, ExternalId } from '../app-product.ts'
import { ingestionSwagger } from '../source.ts'
import { type SubmissionState, withExternalId } from '../submissions.ts'
import { paged, productPath, withProduct } from './addressed.ts'

const path = '/v1.0/ingestion/products'

const listAnswers = {
  listed: documented(
    200,
    "asked, or with `$filter=ResourceType eq '…'` (several with `or`) or by an id in `ExternalIDs/Any(…)`: pages of 100 with `nextLink`; `$skipToken` leads on",
    ingestionSwagger,
  ),
  badFilter: documented(400, 'the `$filter` has another form', ingestionSwagger),
  badPage: documented(400, 'the `$skipToken` is not one that was handed out', ingestionSwagger),
}

/** Lists the products of the account. */
export const listProducts: Operation<SubmissionState> = {
  method: 'GET',
  path,
  answers: listAnswers,
  answer(call) {
    const filter = parameter(call.query, '$filter')
    const passes = productFilter(filter)
    if (!passes) return reply(listAnswers.badFilter, 'The $filter is not supported.')
    return paged(call, call.state.products.filter(passes).map(productJson), listAnswers)
  },
}

const createAnswers = {
  created: documented(201, 'the product is new', ingestionSwagger),
  badProduct: documented(400, '`resourceType` or `name` is missing', ingestionSwagger),
  exists: documented(409, 'a product has the same external id', ingestionSwagger),
}

/** Creates a product. */
export const createProduct: Operation<SubmissionState> = {
  method: 'POST',
  path,
  answers: createAnswers,
  answer(call) {
    const body = readJsonObject(call.body)
    const resourceType = body?.['resourceType']
    const name = body?.['name']
    if (typeof resourceType !== 'string' || typeof name !== 'string' || !resourceType || !name) {
      return reply(createAnswers.badProduct, 'A product needs a resourceType and a name.')
    }
    const externalId = externalIdIn(body ?? {}) ?? { type: 'AzureOfferId', value: name }
    if (withExternalId(call.state.products, externalId)) {
      return reply(createAnswers.exists, `There is a product ${externalId.value} already.`)
    }
    const product = call.state.addProduct({ resourceType, name, externalId: externalId.value })
    return reply(createAnswers.created, productJson(product))
  },
}

const getAnswers = {
  shown: documented(200, 'the product is there', ingestionSwagger),
}

/** Shows one product. */
export const getProduct: Operation<SubmissionState> = {
  method: 'GET',
  path: productPath,
  answers: getAnswers,
  answer: call => withProduct(call, product => reply(getAnswers.shown, productJson(product))),
}

const deleteAnswers = {
  deleted: documented(204, 'the product was never submitted', ingestionSwagger),
  submitted: chosen(409, 'the product was submitted once', 'the status is listed without a cause'),
} satisfies AnswerTable

/** Deletes a product. */
export const deleteProduct: Operation<SubmissionState> = {
  method: 'DELETE',
  path: productPath,
  answers: deleteAnswers,
  answer: call =>
    withProduct(call, product => {
      if (product.submissions.length > 0) {
        return reply(deleteAnswers.submitted, 'The product was submitted before.')
      }
      call.state.removeProduct(product)
      return reply(deleteAnswers.deleted)
    }),
}

function productJson({ id, resourceType, name, externalIDs }: AppProduct): JsonObject {
  return { resourceType, name, externalIDs, isModularPublishing: true, id }
}

function externalIdIn(body: JsonObject): ExternalId | undefined {
  // Both spellings are in Microsoft's own description.
  const list = body['externalIDs'] ?? body['externalIds']
  const [first] = Array.isArray(list) ? list : []
  if (!isObject(first) || typeof first['value'] !== 'string') return undefined
  return { type: typeof first['type'] === 'string' ? first['type'] : '', value: first['value'] }
}

type Passes = (product: AppProduct) => boolean

/** What a `$filter` lets through; nothing when it has another form than the described ones. */
function productFilter(filter: string | undefined): Passes | undefined {
  if (filter === undefined) return () => true
  const external =
    /^ExternalIDs\/Any\(\w+:\w+\/Type eq '([^']{1,200})' and \w+\/Value eq '([^']{1,200})'\)$/i.exec(
      filter,
    )
  if (external) {
    const [, type = '', value = ''] = external
    return product => withExternalId([product], { type, value }) !== undefined
  }
  const types = filter
    .split(/ or /i)
    .map(part => /^ResourceType eq '([^']*)'$/i.exec(part.trim())?.[1])
  if (types.includes(undefined)) return undefined
  return ({ resourceType }) => types.includes(resourceType)
}
