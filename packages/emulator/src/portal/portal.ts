import {
  type OwnPublisherAccount,
  type PublisherAccount,
  publisherAccount,
} from '../offers/publisher-account.ts'
import { quickSteps, type StepDurations } from '../offers/publishing-step.ts'
import type { PortalSeed, PublisherSeed } from '../seed/seed.ts'
import type { StableIds } from '../stable-ids.ts'
import type { Answers } from './answers.ts'

/** What the emulated portal consists of. */
export interface Portal {
  /** How it answers where its reference and the service differ. */
  answers: Answers
  /** How long the steps of submissions take that start from now on, in emulated milliseconds. */
  stepDurations: StepDurations
  readonly publishers: readonly PublisherAccount[]
  publisher(id: string): PublisherAccount | undefined
}

/** The portal as the emulator has it. */
export interface PortalState extends Portal {
  readonly publishers: readonly OwnPublisherAccount[]
  publisher(id: string): OwnPublisherAccount | undefined
  addPublisher(publisher: PublisherSeed, now: number): PublisherAccount
}

/** Makes the portal that a seed describes. */
export function makePortal(
  seed: PortalSeed,
  publisherSeeds: readonly PublisherSeed[],
  now: number,
  newId: StableIds,
): PortalState {
  const publishers = publisherSeeds.map(publisher => publisherAccount(publisher, now, newId))
  return {
    answers: seed.answers ?? 'observed',
    stepDurations: { ...quickSteps, ...seed.stepDurations },
    publishers,
    addPublisher(seed, now) {
      if (publishers.some(({ id }) => id === seed.id)) {
        throw new TypeError(`There is a publisher ${seed.id} already.`)
      }
      const made = publisherAccount(seed, now, newId)
      publishers.push(made)
      return made
    },
    publisher: id => publishers.find(publisher => publisher.id === id),
  }
}
