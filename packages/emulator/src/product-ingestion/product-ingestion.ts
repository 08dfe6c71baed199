import type { JsonObject } from '../http/json-body.ts'
import type { ProductIngestionSeed, ProductSeed } from '../seed/seed.ts'
import type { StableIds } from '../stable-ids.ts'
import { ConfigureError, type Draft, edit, newPlan } from './draft.ts'
import { type ProductSubmission, type Publication, publish } from './publication.ts'
import { productGuid, type Resource, schemaOf } from './resource.ts'

/** Products as the Product Ingestion API has them. */
export interface ProductIngestion {
  /** How long the jobs take that are started from now on, in emulated milliseconds. */
  jobDuration: number
  /** The drafts of all products and their resources. */
  readonly resources: readonly Resource[]
  readonly submissions: readonly ProductSubmission[]
  readonly jobs: readonly ConfigureJob[]
}

/** A payload on its way to the drafts. */
export interface ConfigureJob {
  readonly id: string
  readonly startedAt: number
  readonly endsAt: number
  /** Absent until it has ended. */
  readonly outcome?: JobOutcome
}

/** What came of a job. */
export interface JobOutcome {
  readonly touched: readonly string[]
  readonly submissions: readonly ProductSubmission[]
  readonly errors: readonly {
    readonly code: string
    readonly message: string
    /** Always empty here. */
    readonly details: readonly never[]
  }[]
}

/** What the API sees of it. */
export interface IngestionState extends ProductIngestion {
  admits(clientId: string): boolean
  /** Lets the jobs come into effect that have ended by now. Before anything is read. */
  settle(now: number): void
  readonly draft: Draft
  publication(product: string): Publication
  start(resources: readonly unknown[], now: number): ConfigureJob
  job(id: string): ConfigureJob | undefined
  /** Counts a poll of a job; returns how many milliseconds too early it comes, 0 when it does not. */
  polled(id: string, now: number): number
  addProduct(product: ProductSeed): Resource
}

// As documented: a job is not to be polled more than once a minute.
const pollInterval = 60_000
const rememberedJobs = 1_000

interface Job {
  readonly id: string
  readonly startedAt: number
  readonly endsAt: number
  readonly resources: readonly unknown[]
  outcome?: JobOutcome
  polledAt?: number
}

/** Makes the products that a seed describes. */
export function makeIngestion(
  seed: ProductIngestionSeed,
  { newId, now }: { readonly newId: StableIds; readonly now: () => number },
): IngestionState {
  const apps = seed.apps && new Set(seed.apps.map(app => app.toLowerCase()))
  const jobs = new Map<string, Job>()
  const publications = new Map<string, Publication>()
  const everPublished = new Set<string>()
  let draft: Draft = new Map()
  let submitted = 0

  function run({ resources, endsAt }: Job): JobOutcome {
    try {
      const parts = { newId, published: (id: string) => everPublished.has(id) }
      const edited = edit(draft, resources, parts)
      const published = edited.submissions.map(wanted => {
        const next = { id: submissionId(wanted.product), now: endsAt }
        return publish(publications.get(wanted.product) ?? {}, wanted, edited, next)
      })
      edited.submissions.forEach(({ product }, index) => {
        publications.set(product, published[index] ?? {})
      })
      draft = edited.draft
      const submissions = published.flatMap(({ preview }) => preview ?? [])
      for (const { resources } of submissions)
        for (const id of resources.keys()) everPublished.add(id)
      return { touched: edited.touched, submissions, errors: [] }
    } catch (error) {
      // A job ends whatever it met, since one that does not would fail every later request.
      const code = error instanceof ConfigureError ? error.code : 'internalServerError'
      const message = error instanceof Error ? error.message : String(error)
      return { touched: [], submissions: [], errors: [{ code, message, details: [] }] }
    }
  }

  // Numbers of the size that the service has, beyond what JavaScript counts exactly.
  function submissionId(product: string): string {
    submitted++
    return `submission/${productGuid(product)}/${1_152_921_505_690_000_000n + BigInt(submitted)}`
  }

  function addProduct({ id, externalId, type, alias, plans = [], resources = [] }: ProductSeed) {
    const product = `product/${(id ?? newId('product')).toLowerCase()}`
    if (draft.has(product)) throw new TypeError(`There is a product ${product} already.`)
    const version = '2022-07-01'
    const made: Resource = {
      $schema: schemaOf('product', version),
      id: product,
      identity: { externalId },
      type: type ?? 'azureVirtualMachine',
      alias: alias ?? externalId,
      lifecycleState: 'generallyAvailable',
    }
    const madePlans = plans.map(
      (plan): Resource => ({
        $schema: schemaOf('plan', version),
        id: `plan/${productGuid(product)}/${(plan.id ?? newId('plan')).toLowerCase()}`,
        product,
        identity: { externalId: plan.externalId },
        alias: plan.alias ?? plan.externalId,
        ...newPlan,
      }),
    )
    draft = new Map([...draft, ...[made, ...madePlans].map(one => [one.id, one] as const)])
    const more: readonly JsonObject[] = resources.map(one => ({ ...one, product }))
    const parts = { newId, published: () => false }
    draft = edit(draft, more, parts).draft
    return made
  }

  const state: IngestionState = {
    jobDuration: seed.jobDuration ?? 20_000,
    admits: clientId => !apps || apps.has(clientId.toLowerCase()),
    settle(time) {
      for (const job of jobs.values())
        if (!job.outcome && job.endsAt <= time) job.outcome = run(job)
    },
    get draft() {
      return draft
    },
    get resources() {
      state.settle(now())
      return [...draft.values()]
    },
    get submissions() {
      state.settle(now())
      return [...publications.values()].flatMap(({ preview, live }) =>
        [live, preview === live ? undefined : preview].flatMap(one => one ?? []),
      )
    },
    get jobs() {
      state.settle(now())
      return [...jobs.values()]
    },
    publication: product => publications.get(product) ?? {},
    start(resources, time) {
      const id = newId('job')
      const job = { id, resources, startedAt: time, endsAt: time + state.jobDuration }
      jobs.set(id, job)
      const [oldest] = jobs.keys()
      if (jobs.size > rememberedJobs && oldest !== undefined) jobs.delete(oldest)
      return job
    },
    job: id => jobs.get(id.toLowerCase()),
    polled(id, time) {
      const job = jobs.get(id.toLowerCase())
      if (!job) return 0
      const early = job.polledAt === undefined ? 0 : job.polledAt + pollInterval - time
      if (early > 0 && early <= pollInterval) return early
      job.polledAt = time
      return 0
    },
    addProduct,
  }
  for (const product of seed.products ?? []) addProduct(product)
  return state
}
