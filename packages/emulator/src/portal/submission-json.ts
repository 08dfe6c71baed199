import { serviceTime } from '../api/service-time.ts'
import type { Offer } from '../offers/offer.ts'
import { publishingSteps } from '../offers/publishing-step.ts'
import {
  type Progress,
  progressOf,
  type StepProgress,
  type Submission,
} from '../offers/submission.ts'
import type { Answers } from './answers.ts'
import { offerStatus } from './offer-json.ts'

/** The status of an offer with the steps of its newest submission. */
export function statusOf(offer: Offer, answers: Answers, now: number): object {
  const newest = offer.submissions.at(-1)
  const progress = newest && progressOf(newest, now)
  const status = offerStatus(offer, now)
  // Seen by field clients: an offer that waits for its publisher is still `running`.
  const waits = status === 'waitingForPublisherReview' && answers === 'observed'
  return {
    status: waits ? 'running' : status,
    messages: [],
    steps: (progress?.steps ?? untouchedSteps).map(step => stepJson(step, answers)),
    previewLinks: [],
    liveLinks: [],
    ...(!offer.migrated && newest && { notificationEmails: newest.emails }),
  }
}

/** A submission as the list shows it. */
export function submissionItem(offer: Offer, submission: Submission, now: number): object {
  const { status, changedAt } = progressOf(submission, now)
  return {
    id: submission.id,
    offerId: offer.id,
    offerVersion: submission.snapshot.version,
    offerTypeId: offer.offerTypeId,
    publisherId: offer.publisherId,
    submissionType: submission.type,
    submissionState: status,
    publishingVersion: submission.publishingVersion,
    slot: submission.type === 'publish' ? 'staging' : 'production',
    version: ticks(changedAt),
    definition: { metadata: offer.migrated ? {} : { emails: submission.emails } },
    changedTime: serviceTime(changedAt),
  }
}

/** One submission with its steps. The reference shows it in an array; the service sends it bare. */
export function submissionDetail(submission: Submission, answers: Answers, now: number): object {
  const progress = progressOf(submission, now)
  const detail = {
    status: progress.status,
    messages: [],
    publishingVersion: submission.publishingVersion,
    offerVersion: submission.snapshot.version,
    cancellationRequestState: cancellation(progress),
    steps: progress.steps.map(step => stepJson(step, answers)),
    previewLinks: [],
    liveLinks: [],
  }
  return answers === 'documented' ? [detail] : detail
}

/** The state that a filter of the list compares with. */
export function submissionState(submission: Submission, now: number): string {
  return progressOf(submission, now).status
}

function stepJson({ step, status, percentage, message }: StepProgress, answers: Answers): object {
  const { estimatedTimeFrame, id, stepName, description } = step
  // Field clients look for the sign-off by its id in the place of its name.
  const name = answers === 'observed' && id === 'publisher-signoff' ? id : stepName
  return {
    ...(estimatedTimeFrame !== undefined && { estimatedTimeFrame }),
    id,
    stepName: name,
    description,
    status,
    messages: message
      ? [{ messageHtml: message.text, level: message.level, timestamp: serviceTime(message.at) }]
      : [],
    progressPercentage: percentage,
  }
}

const untouchedSteps: readonly StepProgress[] = publishingSteps.map(step => ({
  step,
  status: 'notStarted',
  percentage: 0,
}))

// `canCancel` is the only value that is known of the service.
function cancellation({ status }: Progress): string {
  return status === 'running' ? 'canCancel' : 'cannotCancel'
}

// The portal's version of a submission is a .NET tick count, more than a JavaScript number holds.
function ticks(at: number): unknown {
  const count = (BigInt(at) + 62_135_596_800_000n) * 10_000n + 8314n
  return (JSON as unknown as RawJson).rawJSON(String(count))
}

// Part of every Node that the emulator runs on; TypeScript's library does not have it yet.
interface RawJson {
  rawJSON(text: string): unknown
}
