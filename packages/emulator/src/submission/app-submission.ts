import { serviceTime } from '../api/service-time.ts'
import type { JsonObject } from '../http/json-body.ts'
import { etagOf } from './etag.ts'

/** One submission of a product: to preview, and from there to live. */
export interface AppSubmission {
  readonly id: string
  readonly releaseNumber: number
  readonly submittedAt: number
  readonly promotedAt?: number
  readonly request: JsonObject
  readonly durations: SubmissionDurations
}

/** How long the two halves of a submission take, in emulated milliseconds. */
export interface SubmissionDurations {
  readonly preview: number
  readonly live: number
}

/** How far a submission is. */
export interface SubmissionProgress {
  readonly state: 'InProgress' | 'Published'
  readonly substate: 'Submitted' | 'ReadyToPublish' | 'Publishing' | 'InStore'
  readonly changedAt: number
}

/** How far a submission is at one time. Derived from the times alone, so a clock may move as it likes. */
export function submissionProgress(submission: AppSubmission, now: number): SubmissionProgress {
  const { submittedAt, promotedAt, durations } = submission
  if (promotedAt !== undefined && promotedAt <= now) {
    const liveAt = promotedAt + durations.live
    return liveAt <= now
      ? { state: 'Published', substate: 'InStore', changedAt: liveAt }
      : { state: 'InProgress', substate: 'Publishing', changedAt: promotedAt }
  }
  const readyAt = submittedAt + durations.preview
  return readyAt <= now
    ? { state: 'InProgress', substate: 'ReadyToPublish', changedAt: readyAt }
    : { state: 'InProgress', substate: 'Submitted', changedAt: submittedAt }
}

/** The tag of a submission as it is at one time. */
export function submissionEtag(submission: AppSubmission, now: number): string {
  return etagOf(submission.id, submissionProgress(submission, now).changedAt)
}

/** A submission as the API shows it. */
export function appSubmissionJson(submission: AppSubmission, now: number): JsonObject {
  const { id, releaseNumber, request, promotedAt } = submission
  const { state, substate, changedAt } = submissionProgress(submission, now)
  const isRunning = substate === 'Submitted' || substate === 'Publishing'
  return {
    resourceType: 'Submission',
    state,
    substate,
    targets: promotedAt === undefined ? targets('preview') : targets('live'),
    resources: request['resources'] ?? [],
    variantResources: request['variantResources'] ?? [],
    publishOption: request['publishOption'] ?? { isManualPublish: true, isAutoPromote: false },
    ...(state === 'Published' && { publishedTimeInUtc: serviceTime(changedAt) }),
    pendingUpdateInfo: {
      updateType: promotedAt === undefined ? 'Create' : 'Promote',
      status: isRunning ? 'Running' : 'Completed',
    },
    extendedProperties: request['extendedProperties'] ?? [],
    releaseNumber,
    friendlyName: `Submission ${releaseNumber}`,
    areResourcesReady: true,
    id,
    '@odata.etag': submissionEtag(submission, now),
  }
}

/** The two halves of a submission as steps. */
export function workflowDetails(submission: AppSubmission, now: number): JsonObject[] {
  const { submittedAt, promotedAt, durations } = submission
  const halves = [
    { environment: 'Preview', name: 'Certification', at: submittedAt, lasts: durations.preview },
    ...(promotedAt === undefined
      ? []
      : [{ environment: 'Live', name: 'Publish', at: promotedAt, lasts: durations.live }]),
  ]
  return halves.map(({ environment, name, at, lasts }) => {
    const isDone = at + lasts <= now
    const state = isDone ? 'Completed' : 'InProgress'
    const times = {
      startDateTimeInUtc: serviceTime(at),
      ...(isDone && { completeDateTimeInUtc: serviceTime(at + lasts) }),
    }
    const workflowSteps = [{ name, state, ...times }]
    return { type: 'Submission', state, targetEnvironment: environment, workflowSteps, ...times }
  })
}

function targets(value: string): object[] {
  return [{ type: 'Scope', value }]
}
