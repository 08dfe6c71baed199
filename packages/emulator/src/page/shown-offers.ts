import type { Offer } from '../offers/offer.ts'
import { publishingSteps } from '../offers/publishing-step.ts'
import { progressOf, type StepProgress, type Submission } from '../offers/submission.ts'
import { offerStatus } from '../portal/offer-json.ts'
import type { Portal } from '../portal/portal.ts'
import { group } from './group.ts'
import type { ShownGroup, ShownThing, StepStatus, Tone } from './protocol.ts'

/** The offers of the Cloud Partner Portal and their publications. */
export function shownOffers({ publishers }: Portal, now: number): ShownGroup[] {
  const offers = publishers.flatMap(publisher => publisher.offers)
  const submissions = offers
    .flatMap(offer => offer.submissions.map(submission => ({ offer, submission })))
    .sort((one, other) => other.submission.startedAt - one.submission.startedAt)
  return [
    group('Offers', 'portal', offers, offer => shownOffer(offer, now)),
    group('Submissions', 'portal', submissions, ({ offer, submission }) =>
      shownSubmission(offer, submission, now),
    ),
  ]
}

function shownOffer(offer: Offer, now: number): ShownThing {
  const newest = offer.submissions.at(-1)
  const steps = newest ? progressOf(newest, now).steps : []
  const [status, tone] = offerStates[offerStatus(offer, now)] ?? ['unknown', 'none']
  return {
    key: `${offer.publisherId}/${offer.id}`,
    name: `${offer.publisherId}/${offer.id}`,
    status,
    tone,
    note: [`Draft version ${offer.draft.version}`, ...current(steps)].join(' · '),
    steps: publishingSteps.map(({ stepName }, index) => ({
      name: stepName,
      status: stepStates[steps[index]?.status ?? 'notStarted'],
    })),
  }
}

function shownSubmission(offer: Offer, submission: Submission, now: number): ShownThing {
  const { status, waitsForSignOff } = progressOf(submission, now)
  const [text, tone] = waitsForSignOff ? waiting : submissionStates[status]
  return {
    key: submission.id,
    name: `${offer.id} ${submission.type === 'goLive' ? 'to live' : 'to preview'}`,
    status: text,
    tone,
    note: `Version ${submission.publishingVersion} · ${submission.id}`,
  }
}

// The step that is under way, if one is.
function current(steps: readonly StepProgress[]): string[] {
  const found = steps.find(({ status }) => status !== 'complete' && status !== 'notStarted')
  if (!found) return []
  const progress = found.status === 'inProgress' ? ` ${found.percentage} %` : ''
  return [`${found.step.stepName}${progress}`]
}

const waiting = ['waiting for sign-off', 'warn'] as const

const offerStates: Readonly<Record<string, readonly [string, Tone]>> = {
  neverPublished: ['never published', 'none'],
  running: ['running', 'info'],
  waitingForPublisherReview: waiting,
  succeeded: ['live', 'good'],
  canceled: ['canceled', 'bad'],
  failed: ['failed', 'bad'],
}

const submissionStates = {
  running: ['running', 'info'],
  completed: ['completed', 'good'],
  canceled: ['canceled', 'bad'],
  failed: ['failed', 'bad'],
} as const

const stepStates: Readonly<Record<StepProgress['status'], StepStatus>> = {
  notStarted: 'open',
  inProgress: 'running',
  waitingForPublisherReview: 'waiting',
  blocked: 'stopped',
  complete: 'done',
  canceled: 'stopped',
}
