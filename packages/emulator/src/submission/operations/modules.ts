import { chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import { type JsonObject, readJsonObject } from '../../http/json-body.ts'
import type { Reply } from '../../http/reply.ts'
import { type AppProduct, type ModuleInstance, moduleFolders } from '../app-product.ts'
import { ingestionSwagger } from '../source.ts'
import type { SubmissionState } from '../submissions.ts'
import { matches, productPath, type SubmissionCall, withProduct } from './addressed.ts'

const folder = `${productPath}/:folder`

const listAnswers = {
  listed: documented(
    200,
    'the folder is listings, properties, productavailabilities, featureavailabilities or packageconfigurations; others are not emulated',
    ingestionSwagger,
  ),
  missing: documented(404, 'the folder is another one', ingestionSwagger),
}

/** Lists the resources of one module. */
export const listModule: Operation<SubmissionState> = {
  method: 'GET',
  path: folder,
  answers: listAnswers,
  answer: call =>
    withProduct(call, product => {
      const found = instances(call, product)
      if (!found) return reply(listAnswers.missing, `There is no ${call.path}.`)
      return reply(listAnswers.listed, { value: found.map(one => moduleJson(call, one)) })
    }),
}

const getAnswers = {
  shown: documented(
    200,
    'the resource is there, or its instance: then in a `value` list',
    ingestionSwagger,
  ),
  missing: documented(404, 'there is no such resource and no such instance', ingestionSwagger),
}

/** Shows one resource of a module, by its id or by `getByInstanceID(instanceID=…)`. */
export const getModule: Operation<SubmissionState> = {
  method: 'GET',
  path: `${folder}/:resource`,
  answers: getAnswers,
  answer: call =>
    withProduct(call, product => {
      const wanted = call.params['resource'] ?? ''
      const instanceId = /^getByInstanceID\(instanceID=([^)]{1,200})\)$/i.exec(wanted)?.[1]
      const found = instances(call, product)?.find(one =>
        instanceId === undefined ? one.resourceId === wanted : one.instanceId === instanceId,
      )
      if (!found) return reply(getAnswers.missing, `There is no ${call.path}.`)
      const shown = moduleJson(call, found)
      if (instanceId !== undefined) return reply(getAnswers.shown, { value: [shown] })
      return reply(getAnswers.shown, shown, { etag: found.etag })
    }),
}

const putAnswers = {
  changed: documented(
    200,
    '`If-Match` is the `@odata.etag`, `*` or missing: the tag then changes',
    ingestionSwagger,
  ),
  badBody: documented(400, 'the body is not a JSON object', ingestionSwagger),
  missing: documented(404, 'there is no resource with this id', ingestionSwagger),
  changedMeanwhile: chosen(
    412,
    '`If-Match` is another tag',
    'the header is described and what another tag leads to is not',
  ),
}

/** Changes one resource of a module, if nobody else has. */
export const putModule: Operation<SubmissionState> = {
  method: 'PUT',
  path: `${folder}/:resource`,
  answers: putAnswers,
  answer: call =>
    withProduct(call, product => {
      const found = instances(call, product)?.find(
        one => one.resourceId === call.params['resource'],
      )
      if (!found) return reply(putAnswers.missing, `There is no ${call.path}.`)
      const body = readJsonObject(call.body)
      if (!body) return reply(putAnswers.badBody, 'The body is not a JSON object.')
      return matches(call, found.etag)
        ? changed(call, product, found, body)
        : reply(
            putAnswers.changedMeanwhile,
            'The resource has changed: the If-Match does not match.',
          )
    }),
}

function changed(
  call: SubmissionCall,
  product: AppProduct,
  found: ModuleInstance,
  body: JsonObject,
): Reply {
  // What the service itself sets is not the sender's.
  const { id: _, '@odata.etag': __, resourceType: ___, ...fields } = body
  const next = call.state.changeModule(product, found, fields)
  return reply(putAnswers.changed, moduleJson(call, next), { etag: next.etag })
}

function instances(call: SubmissionCall, product: AppProduct): ModuleInstance[] | undefined {
  const wanted = moduleFolders[(call.params['folder'] ?? '').toLowerCase()]
  if (!wanted) return undefined
  const { module, ofVariant } = wanted
  return product.modules.filter(
    one =>
      one.module === module &&
      (ofVariant === undefined || ofVariant === (one.variantId !== undefined)),
  )
}

function moduleJson(
  call: SubmissionCall,
  { resourceId, fields, etag }: ModuleInstance,
): JsonObject {
  const { resourceType } = moduleFolders[(call.params['folder'] ?? '').toLowerCase()] ?? {}
  return { resourceType, ...fields, '@odata.etag': etag, id: resourceId }
}
