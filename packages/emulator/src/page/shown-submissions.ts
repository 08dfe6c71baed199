import type { AppProduct } from '../submission/app-product.ts'
import { type AppSubmission, submissionProgress } from '../submission/app-submission.ts'
import type { Submissions } from '../submission/submissions.ts'
import { group, newest } from './group.ts'
import type { ShownGroup, ShownThing, StepStatus, Tone } from './protocol.ts'

/** The products of the submission API and their submissions. */
export function shownSubmissions({ products }: Submissions, now: number): ShownGroup[] {
  const submissions = products
    .flatMap(product => product.submissions.map(submission => ({ product, submission })))
    .sort((one, other) => one.submission.submittedAt - other.submission.submittedAt)
  return [
    group('Products', 'submission', products, product => shownProduct(product, now)),
    group(
      'Submissions',
      'submission',
      newest(submissions),
      ({ product, submission }) => shownSubmission(product, submission, now),
      submissions.length,
    ),
  ]
}

function shownProduct(product: AppProduct, now: number): ShownThing {
  const { id, name, variants, submissions } = product
  const last = submissions.at(-1)
  const [status, tone] = last ? stateOf(last, now) : (['draft', 'none'] as const)
  const plans = `${variants.length} ${variants.length === 1 ? 'variant' : 'variants'}`
  return { key: id, name, status, tone, note: `${plans} · ${id}` }
}

function shownSubmission({ name }: AppProduct, submission: AppSubmission, now: number): ShownThing {
  const [status, tone, preview, live] = stateOf(submission, now)
  return {
    key: submission.id,
    name: `${name} ${submission.releaseNumber}`,
    status,
    tone,
    note: submission.id,
    steps: [
      { name: 'Preview', status: preview },
      { name: 'Live', status: live },
    ],
  }
}

function stateOf(submission: AppSubmission, now: number) {
  return states[submissionProgress(submission, now).substate]
}

const states = {
  Submitted: ['on its way to preview', 'info', 'running', 'open'],
  ReadyToPublish: ['in preview', 'warn', 'done', 'waiting'],
  Publishing: ['on its way to live', 'info', 'done', 'running'],
  InStore: ['live', 'good', 'done', 'done'],
} as const satisfies Record<string, readonly [string, Tone, StepStatus, StepStatus]>
