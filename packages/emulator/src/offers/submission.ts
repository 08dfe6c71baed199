import { type PublishingStep, publishingSteps, type StepDurations } from './publishing-step.ts'

/** An offer as it was at one time. */
export interface OfferSnapshot {
  readonly version: number
  readonly definition: Readonly<Record<string, unknown>>
  readonly changedAt: number
}

/** One publication of an offer, or the step from its preview to live. */
export interface Submission {
  readonly id: string
  readonly type: 'publish' | 'goLive'
  readonly startedAt: number
  readonly snapshot: OfferSnapshot
  readonly publishingVersion: number
  readonly emails: string
  readonly durations: StepDurations
  /** Why certification stops it. */
  readonly objection?: string
  /** The publication that goes live. */
  readonly publication?: Submission
  readonly canceledAt?: number
  /** When a publication was made live. */
  readonly signedOffAt?: number
}

/** How far a submission is at one time. */
export interface Progress {
  readonly status: 'running' | 'completed' | 'failed' | 'canceled'
  readonly waitsForSignOff: boolean
  readonly steps: readonly StepProgress[]
  readonly changedAt: number
}

/** How far one step is. */
export interface StepProgress {
  readonly step: PublishingStep
  readonly status:
    | 'notStarted'
    | 'inProgress'
    | 'waitingForPublisherReview'
    | 'blocked'
    | 'complete'
    | 'canceled'
  readonly percentage: number
  readonly message?: {
    readonly text: string
    readonly level: 'information' | 'error'
    readonly at: number
  }
}

/** A publication that starts now. */
export function publication(
  from: Pick<Submission, 'id' | 'startedAt' | 'snapshot' | 'emails' | 'durations'>,
): Submission {
  const { snapshot } = from
  const objection = missingImage(snapshot)
  return {
    ...from,
    type: 'publish',
    publishingVersion: snapshot.version + 1,
    ...(objection !== undefined && { objection }),
  }
}

/** The step from the preview of `publication` to live, starting now. */
export function goingLive(id: string, publication: Submission, startedAt: number): Submission {
  const { snapshot, publishingVersion, emails, durations } = publication
  const type = 'goLive'
  return { id, type, startedAt, snapshot, publishingVersion, emails, durations, publication }
}

/** How far a submission is. Derived from the times alone, so a clock may move as it likes. */
export function progressOf(submission: Submission, now: number): Progress {
  const canceled = submission.canceledAt !== undefined && submission.canceledAt <= now
  const judgedAt = canceled ? (submission.canceledAt ?? now) : now
  const steps = stepsOf(submission, judgedAt)
  const failed = steps.some(({ status }) => status === 'blocked')
  const waitsForSignOff = steps.some(({ status }) => status === 'waitingForPublisherReview')
  const last = submission.type === 'publish' ? 'publisher-signoff' : 'live'
  const completed = steps.some(({ step, status }) => step.id === last && status === 'complete')
  const changedAt = Math.max(submission.startedAt, ...steps.map(({ message }) => message?.at ?? 0))
  if (completed) return { status: 'completed', waitsForSignOff: false, steps, changedAt }
  if (failed) return { status: 'failed', waitsForSignOff: false, steps, changedAt }
  if (!canceled) return { status: 'running', waitsForSignOff, steps, changedAt }
  const ended = steps.map(one => (underWay(one) ? { ...one, status: 'canceled' as const } : one))
  return { status: 'canceled', waitsForSignOff: false, steps: ended, changedAt: judgedAt }
}

function underWay({ status }: StepProgress): boolean {
  return status === 'inProgress' || status === 'waitingForPublisherReview'
}

function stepsOf(submission: Submission, now: number): StepProgress[] {
  const { publication = submission, type, durations } = submission
  const isLive = type === 'goLive'
  let startsAt = publication.startedAt
  return publishingSteps.map(step => {
    if (step.id === 'publisher-signoff') {
      const signedOffAt = isLive ? submission.startedAt : submission.signedOffAt
      return signOff(step, startsAt, signedOffAt, now)
    }
    if (step.id === 'live') {
      return isLive ? timed(step, submission.startedAt, durations.live, now) : untouched(step)
    }
    const from = startsAt
    startsAt += durations[step.id]
    if (step.id !== 'displaycertify' || publication.objection === undefined) {
      return timed(step, from, durations[step.id], now)
    }
    const until = startsAt
    startsAt = Number.POSITIVE_INFINITY
    return until <= now
      ? blocked(step, publication.objection, until)
      : timed(step, from, durations[step.id], now)
  })
}

function untouched(step: PublishingStep): StepProgress {
  return { step, status: 'notStarted', percentage: 0 }
}

function timed(step: PublishingStep, from: number, duration: number, now: number): StepProgress {
  if (now < from) return untouched(step)
  if (now < from + duration) {
    const percentage = Math.floor(((now - from) / duration) * 100)
    return { step, status: 'inProgress', percentage }
  }
  return complete(step, from + duration)
}

function signOff(
  step: PublishingStep,
  reachedAt: number,
  signedOffAt: number | undefined,
  now: number,
): StepProgress {
  if (now < reachedAt) return untouched(step)
  if (signedOffAt !== undefined && signedOffAt <= now) return complete(step, signedOffAt)
  return { step, status: 'waitingForPublisherReview', percentage: 0 }
}

function complete(step: PublishingStep, at: number): StepProgress {
  const message = { text: 'Step completed.', level: 'information', at } as const
  return { step, status: 'complete', percentage: 100, message }
}

function blocked(step: PublishingStep, text: string, at: number): StepProgress {
  return { step, status: 'blocked', percentage: 0, message: { text, level: 'error', at } }
}

// Certification's own example of an issue: a plan of a virtual machine offer that has no image.
function missingImage({ definition }: OfferSnapshot): string | undefined {
  const plans = Array.isArray(definition['plans']) ? definition['plans'] : []
  const bare = plans.find(plan => !hasImage(plan))
  if (bare === undefined) return undefined
  const planId = typeof bare === 'object' && bare !== null && 'planId' in bare ? bare.planId : ''
  return `No virtual machine image was found for the plan ${typeof planId === 'string' ? planId : '(without an id)'}.`
}

function hasImage(plan: unknown): boolean {
  if (typeof plan !== 'object' || plan === null) return false
  return Object.entries(plan).some(
    ([name, images]) =>
      /\.vmImages/i.test(name) &&
      typeof images === 'object' &&
      images !== null &&
      Object.keys(images).length > 0,
  )
}
