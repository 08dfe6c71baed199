import { type Answer, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import { type JsonObject, readJsonObject } from '../../http/json-body.ts'
import type { Reply } from '../../http/reply.ts'
import type { AppProduct, Variant } from '../app-product.ts'
import { ingestionSwagger } from '../source.ts'
import type { SubmissionState } from '../submissions.ts'
import { paged, productPath, type SubmissionCall, withProduct } from './addressed.ts'

const path = `${productPath}/variants`
const one = `${path}/:variantId`

const listAnswers = {
  listed: documented(200, 'asked: the plans of the product, in pages of 100', ingestionSwagger),
  badPage: documented(400, 'the `$skipToken` is not one of this list', ingestionSwagger),
}

/** Lists the plans of a product. */
export const listVariants: Operation<SubmissionState> = {
  method: 'GET',
  path,
  answers: listAnswers,
  answer: call =>
    withProduct(call, ({ variants }) => paged(call, variants.map(variantJson), listAnswers)),
}

const createAnswers = {
  created: documented(201, 'the plan is new', ingestionSwagger),
  badVariant: documented(400, 'the body is not a JSON object', ingestionSwagger),
  exists: documented(409, 'a plan of the product has the same `externalID`', ingestionSwagger),
}

/** Creates a plan. */
export const createVariant: Operation<SubmissionState> = {
  method: 'POST',
  path,
  answers: createAnswers,
  answer: call =>
    withProduct(call, product => {
      const body = readJsonObject(call.body)
      if (!body) return reply(createAnswers.badVariant, 'The body is not a JSON object.')
      const externalId = body['externalID']
      const isKnown = product.variants.some(({ fields }) => fields['externalID'] === externalId)
      if (externalId !== undefined && isKnown) {
        return reply(createAnswers.exists, 'There is a plan with this externalID already.')
      }
      return reply(createAnswers.created, variantJson(call.state.addVariant(product, body)))
    }),
}

const getAnswers = {
  shown: documented(200, 'the plan is there', ingestionSwagger),
  missing: documented(404, 'there is no such plan', ingestionSwagger),
}

/** Shows one plan. */
export const getVariant: Operation<SubmissionState> = {
  method: 'GET',
  path: one,
  answers: getAnswers,
  answer: call =>
    withVariant(call, getAnswers.missing, (_, variant) =>
      reply(getAnswers.shown, variantJson(variant)),
    ),
}

const putAnswers = {
  changed: documented(200, 'the plan is changed', ingestionSwagger),
  badVariant: documented(400, 'the body is no JSON object', ingestionSwagger),
  missing: documented(404, 'there is no plan to change', ingestionSwagger),
}

/** Changes one plan. */
export const putVariant: Operation<SubmissionState> = {
  method: 'PUT',
  path: one,
  answers: putAnswers,
  answer: call =>
    withVariant(call, putAnswers.missing, (product, { id }) => {
      const body = readJsonObject(call.body)
      if (!body) return reply(putAnswers.badVariant, 'The body is not a JSON object.')
      return reply(putAnswers.changed, variantJson(call.state.changeVariant(product, id, body)))
    }),
}

const deleteAnswers = {
  deleted: documented(204, 'the plan and its modules are gone', ingestionSwagger),
  missing: documented(404, 'there is no plan to delete', ingestionSwagger),
}

/** Deletes one plan. */
export const deleteVariant: Operation<SubmissionState> = {
  method: 'DELETE',
  path: one,
  answers: deleteAnswers,
  answer: call =>
    withVariant(call, deleteAnswers.missing, (product, { id }) => {
      call.state.removeVariant(product, id)
      return reply(deleteAnswers.deleted)
    }),
}

function withVariant(
  call: SubmissionCall,
  missing: Answer,
  answer: (product: AppProduct, variant: Variant) => Reply,
): Reply {
  return withProduct(call, product => {
    const id = call.params['variantId'] ?? ''
    const variant = product.variants.find(one => one.id === id)
    return variant ? answer(product, variant) : reply(missing, `There is no plan ${id}.`)
  })
}

function variantJson({ id, fields }: Variant): JsonObject {
  return { resourceType: 'AzureSkuVariant', ...fields, id }
}
