import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import { ingestionSwagger } from '../source.ts'
import type { SubmissionState } from '../submissions.ts'
import { productPath, withProduct } from './addressed.ts'

const answers = {
  listed: documented(
    200,
    'the module is Availability, Listing, Package or Property: the instances that are drafts',
    ingestionSwagger,
  ),
  badModule: documented(400, 'the module is another one', ingestionSwagger),
}

/** Lists the drafts of a module, `getByModule(module=Listing)`, of the product and of its variants. */
export const listBranches: Operation<SubmissionState> = {
  method: 'GET',
  path: `${productPath}/branches/:query`,
  answers,
  answer: call =>
    withProduct(call, ({ modules }) => {
      const wanted = /^getByModule\(module=(\w+)\)$/i.exec(call.params['query'] ?? '')?.[1]
      const found = modules.filter(({ module }) => module.toLowerCase() === wanted?.toLowerCase())
      if (found.length === 0) return reply(answers.badModule, 'There is no such module.')
      return reply(answers.listed, {
        value: found.map(({ instanceId, module, variantId }) => ({
          resourceType: 'Branch',
          friendlyName: 'Main',
          type: 'Main',
          module,
          currentDraftInstanceID: instanceId,
          ...(variantId !== undefined && { variantID: variantId }),
          id: 'main',
        })),
      })
    }),
}
