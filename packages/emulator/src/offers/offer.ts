import type { OfferSeed } from '../seed/seed.ts'
import type { StableIds } from '../stable-ids.ts'
import type { StepDurations } from './publishing-step.ts'
import {
  goingLive,
  type OfferSnapshot,
  type Progress,
  progressOf,
  publication,
  type Submission,
} from './submission.ts'

/** An offer with its history. Its version is the portal's and goes up by one with each publication. */
export interface Offer {
  readonly publisherId: string
  readonly id: string
  readonly offerTypeId: string
  /** Whether it has been moved to Partner Center, which gives its operations other locations. */
  readonly migrated: boolean
  readonly offerTypeVersions: Readonly<Record<string, unknown>>
  readonly draft: OfferSnapshot
  readonly etag: string
  readonly submissions: readonly Submission[]
  modify(change: OfferChange, now: number): void
  /** Starts a publication, or returns the submission that is running. */
  publish(emails: string, durations: StepDurations, now: number): Submission
  /** Makes the preview live, or returns nothing when no preview waits for it. */
  goLive(now: number): Submission | undefined
  /** Cancels the submission that is running and returns it with how far it had come. */
  cancel(now: number): { readonly submission: Submission; readonly before: Progress } | undefined
  running(now: number): Submission | undefined
  version(number: number): OfferSnapshot | undefined
  preview(now: number): OfferSnapshot | undefined
  production(now: number): OfferSnapshot | undefined
}

/** What a PUT changes. */
export interface OfferChange {
  readonly definition: Readonly<Record<string, unknown>>
  readonly offerTypeVersions?: Readonly<Record<string, unknown>>
}

/** Makes an offer that was never published. */
export function makeOffer(
  publisherId: string,
  seed: OfferSeed,
  now: number,
  newId: StableIds,
): Offer {
  let changes = 0
  let draft: OfferSnapshot = { version: 1, definition: seed.definition ?? {}, changedAt: now }
  let offerTypeVersions = seed.offerTypeVersions ?? {}
  let submissions: Submission[] = []
  const published = new Map<number, OfferSnapshot>()

  function replace(old: Submission, change: Partial<Submission>): Submission {
    const replaced = { ...old, ...change }
    submissions = submissions.map(one => (one === old ? replaced : one))
    return replaced
  }

  function latest(type: Submission['type'], reached: (progress: Progress) => boolean, now: number) {
    return submissions.findLast(one => one.type === type && reached(progressOf(one, now)))?.snapshot
  }

  const offer: Offer = {
    publisherId,
    id: seed.id,
    offerTypeId: seed.offerTypeId ?? 'microsoft-azure-virtualmachines',
    migrated: seed.migrated ?? true,
    get offerTypeVersions() {
      return offerTypeVersions
    },
    get draft() {
      return draft
    },
    get etag() {
      return etag(draft.changedAt, changes)
    },
    get submissions() {
      return submissions
    },
    modify(change, now) {
      changes++
      draft = { version: draft.version, definition: change.definition, changedAt: now }
      offerTypeVersions = change.offerTypeVersions ?? offerTypeVersions
    },
    publish(emails, durations, now) {
      const running = offer.running(now)
      if (running) return running
      const started = publication({
        id: newId('operation'),
        startedAt: now,
        snapshot: draft,
        emails,
        durations,
      })
      submissions = [...submissions, started]
      published.set(draft.version, draft)
      draft = { ...draft, version: draft.version + 1 }
      return started
    },
    goLive(now) {
      const waiting = offer.running(now)
      if (!waiting || !progressOf(waiting, now).waitsForSignOff) return undefined
      const live = goingLive(newId('operation'), replace(waiting, { signedOffAt: now }), now)
      submissions = [...submissions, live]
      return live
    },
    cancel(now) {
      const running = offer.running(now)
      if (!running) return undefined
      const before = progressOf(running, now)
      return { submission: replace(running, { canceledAt: now }), before }
    },
    running: now => submissions.findLast(one => progressOf(one, now).status === 'running'),
    version: number => (number === draft.version ? draft : published.get(number)),
    preview: now => latest('publish', previewed, now),
    production: now => latest('goLive', ({ status }) => status === 'completed', now),
  }
  return offer
}

function previewed({ steps }: Progress): boolean {
  return steps.some(({ step, status }) => step.id === 'displaypackage' && status === 'complete')
}

// The form of the portal: a weak tag around a URL-encoded time with seven digits. The last four count
// the changes, so that two within a millisecond differ.
function etag(changedAt: number, changes: number): string {
  const time = new Date(changedAt).toISOString().replace('Z', '')
  const digits = String(changes % 10_000).padStart(4, '0')
  return `W/"datetime'${encodeURIComponent(`${time}${digits}Z`)}'"`
}
