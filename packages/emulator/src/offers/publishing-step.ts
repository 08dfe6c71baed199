/** The id of one of the six steps from a draft to a public offer. */
type StepId =
  | 'displaydummycertify'
  | 'displaycertify'
  | 'displayprovision'
  | 'displaypackage'
  | 'publisher-signoff'
  | 'live'

/** One step as the portal describes it. */
export interface PublishingStep {
  readonly id: StepId
  readonly stepName: string
  readonly description: string
  /** In the portal's own words; the emulated time is in `StepDurations`. */
  readonly estimatedTimeFrame?: string
}

/** The steps in their order. */
export const publishingSteps: readonly PublishingStep[] = [
  {
    id: 'displaydummycertify',
    stepName: 'Validate Pre-Requisites',
    description: 'The settings of the offer are validated.',
    estimatedTimeFrame: '< 15 min',
  },
  {
    id: 'displaycertify',
    stepName: 'Certification',
    description: 'The offer is analyzed for issues.',
    estimatedTimeFrame: '~2-3 days',
  },
  {
    id: 'displayprovision',
    stepName: 'Provisioning',
    description: 'The virtual machine is replicated in the production systems.',
    estimatedTimeFrame: '< 1 day',
  },
  {
    id: 'displaypackage',
    stepName: 'Packaging and Lead Generation Registration',
    description: 'The offer is packaged for customers and connected to the lead systems.',
    estimatedTimeFrame: '< 1 hour',
  },
  {
    id: 'publisher-signoff',
    stepName: 'Publisher signoff',
    description: 'The offer can be previewed and waits for its publisher to make it live.',
  },
  {
    id: 'live',
    stepName: 'Live',
    description: 'The offer is public and can be bought.',
    estimatedTimeFrame: '~2-5 days',
  },
]

/** How long each step takes in emulated milliseconds; the sign-off lasts until the publisher goes live. */
export type StepDurations = Readonly<Record<Exclude<StepId, 'publisher-signoff'>, number>>

/** Twenty seconds to the sign-off and ten more to live, where the portal takes days. */
export const quickSteps: StepDurations = {
  displaydummycertify: 2_000,
  displaycertify: 10_000,
  displayprovision: 5_000,
  displaypackage: 3_000,
  live: 10_000,
}
