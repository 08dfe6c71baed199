import { type Answer, documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { reply } from '../../api/reply.ts'
import { type AppSubmission, workflowDetails } from '../app-submission.ts'
import { ingestionSwagger } from '../source.ts'
import type { SubmissionState } from '../submissions.ts'
import { productPath } from './addressed.ts'
import { withSubmission } from './submissions.ts'

/** Lists the steps of a submission. */
export const listWorkflowDetails: Operation<SubmissionState> = details(
  'workflowdetails',
  {
    listed: documented(200, 'asked: one entry for the preview, and one for live', ingestionSwagger),
    missing: documented(404, 'there is no submission with details', ingestionSwagger),
  },
  workflowDetails,
)

/** Lists what is wrong with a submission: nothing. */
export const listValidations: Operation<SubmissionState> = details(
  'validations',
  {
    listed: documented(
      200,
      'asked: an empty list, since nothing is ever wrong here',
      ingestionSwagger,
    ),
    missing: documented(404, 'there is no submission with validations', ingestionSwagger),
  },
  () => [],
)

/** Lists the reports of the certification: none. */
export const listReports: Operation<SubmissionState> = details(
  'reports',
  {
    listed: documented(200, 'asked: an empty list, since nobody certifies here', ingestionSwagger),
    missing: documented(404, 'there is no submission with reports', ingestionSwagger),
  },
  () => [],
)

function details(
  name: string,
  answers: { readonly listed: Answer; readonly missing: Answer },
  list: (submission: AppSubmission, now: number) => readonly object[],
): Operation<SubmissionState> {
  return {
    method: 'GET',
    path: `${productPath}/submissions/:submissionId/${name}`,
    answers,
    answer: call =>
      withSubmission(call, answers.missing, (_, submission) =>
        reply(answers.listed, { value: list(submission, call.now) }),
      ),
  }
}
