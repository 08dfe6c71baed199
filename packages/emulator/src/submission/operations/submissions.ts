import { type Answer, chosen, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import { reply } from '../../api/reply.ts'
import { readJsonObject } from '../../http/json-body.ts'
import type { Reply } from '../../http/reply.ts'
import type { AppProduct } from '../app-product.ts'
import {
  type AppSubmission,
  appSubmissionJson,
  submissionEtag,
  submissionProgress,
  workflowDetails,
} from '../app-submission.ts'
import { azureAppPage, ingestionSwagger } from '../source.ts'
import type { SubmissionState } from '../submissions.ts'
import { matches, paged, productPath, type SubmissionCall, withProduct } from './addressed.ts'

const path = `${productPath}/submissions`
const one = `${path}/:submissionId`

const listAnswers = {
  listed: documented(
    200,
    "asked, with `state=` or `$filter=State eq '…'` or without: the newest first",
    ingestionSwagger,
  ),
  badFilter: documented(400, 'the `$filter` has a form that is not described', ingestionSwagger),
  badPage: documented(400, 'the `$skipToken` is unknown', ingestionSwagger),
}

/** Lists the submissions of a product. */
export const listSubmissions: Operation<SubmissionState> = {
  method: 'GET',
  path,
  answers: listAnswers,
  answer: call =>
    withProduct(call, ({ submissions }) => {
      const filter = parameter(call.query, '$filter')
      const filtered = filter === undefined ? undefined : /^State eq '(\w+)'$/i.exec(filter)?.[1]
      if (filter !== undefined && filtered === undefined) {
        return reply(listAnswers.badFilter, 'The $filter is not supported.')
      }
      const state = (filtered ?? parameter(call.query, 'state'))?.toLowerCase()
      const shown = submissions
        .toReversed()
        .filter(one => !state || submissionProgress(one, call.now).state.toLowerCase() === state)
      return paged(
        call,
        shown.map(one => appSubmissionJson(one, call.now)),
        listAnswers,
      )
    }),
}

const createAnswers = {
  created: documented(
    201,
    'nothing of the product is under way: it is Submitted to preview',
    ingestionSwagger,
  ),
  badBody: documented(400, 'the body is not a JSON object, which may be empty', ingestionSwagger),
  underWay: documented(
    409,
    'a submission is under way, up to its preview or from there to live',
    ingestionSwagger,
  ),
}

/** Submits a product to preview. */
export const createSubmission: Operation<SubmissionState> = {
  method: 'POST',
  path,
  answers: createAnswers,
  answer: call =>
    withProduct(call, product => {
      const body = call.body.bytes === 0 ? {} : readJsonObject(call.body)
      if (!body) return reply(createAnswers.badBody, 'The body is not a JSON object.')
      const isUnderWay = product.submissions.some(one => {
        const { substate } = submissionProgress(one, call.now)
        return substate === 'Submitted' || substate === 'Publishing'
      })
      if (isUnderWay) return reply(createAnswers.underWay, 'A submission is under way.')
      return shown(createAnswers.created, call, call.state.submit(product, body, call.now))
    }),
}

const getAnswers = {
  shown: documented(
    200,
    'asked: Submitted, ReadyToPublish when its preview is there, Publishing and InStore after it was promoted; that it takes seconds is chosen',
    azureAppPage,
  ),
  missing: documented(404, 'there is no such submission', ingestionSwagger),
}

/** Shows how far a submission is. */
export const getSubmission: Operation<SubmissionState> = {
  method: 'GET',
  path: one,
  answers: getAnswers,
  answer: call =>
    withSubmission(call, getAnswers.missing, (_, found) => shown(getAnswers.shown, call, found)),
}

const deleteAnswers = {
  deleted: documented(204, 'the submission is InProgress', ingestionSwagger),
  published: documented(
    409,
    'the submission is Published: only those in progress can be deleted',
    ingestionSwagger,
  ),
  missing: documented(404, 'there is no submission to delete', ingestionSwagger),
  changedMeanwhile: chosen(
    412,
    '`If-Match` is not its `@odata.etag`',
    'the header is described for other resources',
  ),
}

/** Deletes a submission that is not live yet. */
export const deleteSubmission: Operation<SubmissionState> = {
  method: 'DELETE',
  path: one,
  answers: deleteAnswers,
  answer: call =>
    withSubmission(call, deleteAnswers.missing, (product, found) => {
      if (!matches(call, submissionEtag(found, call.now))) {
        return reply(deleteAnswers.changedMeanwhile, 'The submission has changed.')
      }
      if (submissionProgress(found, call.now).state === 'Published') {
        return reply(deleteAnswers.published, 'The submission is published.')
      }
      call.state.removeSubmission(product, found.id)
      return reply(deleteAnswers.deleted)
    }),
}

const promoteAnswers = {
  promoted: documented(
    200,
    'the submission is ReadyToPublish: it is Publishing from now on',
    ingestionSwagger,
  ),
  notReady: documented(409, 'the submission is not ReadyToPublish', ingestionSwagger),
  missing: documented(404, 'there is no submission to promote', ingestionSwagger),
  changedMeanwhile: chosen(
    412,
    '`If-Match` is not the tag of the submission',
    'the header is described for other resources',
  ),
}

/** Makes the preview of a product live. */
export const promoteSubmission: Operation<SubmissionState> = {
  method: 'POST',
  path: `${one}/promote`,
  answers: promoteAnswers,
  answer: call =>
    withSubmission(call, promoteAnswers.missing, (product, found) => {
      if (!matches(call, submissionEtag(found, call.now))) {
        return reply(promoteAnswers.changedMeanwhile, 'The submission has changed.')
      }
      if (submissionProgress(found, call.now).substate !== 'ReadyToPublish') {
        return reply(promoteAnswers.notReady, 'The submission is not ready to be published.')
      }
      const promoted = call.state.promote(product, found.id, call.now)
      return reply(promoteAnswers.promoted, workflowDetails(promoted, call.now).at(-1))
    }),
}

/** Answers for the submission that the path names, if there is one. */
export function withSubmission(
  call: SubmissionCall,
  missing: Answer,
  answer: (product: AppProduct, submission: AppSubmission) => Reply,
): Reply {
  return withProduct(call, product => {
    const id = call.params['submissionId'] ?? ''
    const found = product.submissions.find(one => one.id === id)
    return found ? answer(product, found) : reply(missing, `There is no submission ${id}.`)
  })
}

function shown(answer: Answer, { now }: SubmissionCall, submission: AppSubmission): Reply {
  return reply(answer, appSubmissionJson(submission, now), {
    etag: submissionEtag(submission, now),
  })
}
