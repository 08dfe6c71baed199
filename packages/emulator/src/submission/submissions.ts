import type { JsonObject } from '../http/json-body.ts'
import type { AppProductSeed, SubmissionSeed } from '../seed/seed.ts'
import type { StableIds } from '../stable-ids.ts'
import {
  type AppProduct,
  type ExternalId,
  type ModuleInstance,
  newModules,
  type Variant,
} from './app-product.ts'
import type { AppSubmission, SubmissionDurations } from './app-submission.ts'
import { etagOf } from './etag.ts'

/** Products as the submission API has them. */
export interface Submissions {
  /** How long submissions take that start from now on, in emulated milliseconds. */
  durations: SubmissionDurations
  readonly products: readonly AppProduct[]
}

/** What the API sees of it. */
export interface SubmissionState extends Submissions {
  admits(clientId: string): boolean
  product(id: string): AppProduct | undefined
  addProduct(product: AppProductSeed): AppProduct
  removeProduct(product: AppProduct): void
  addVariant(product: AppProduct, fields: JsonObject): Variant
  changeVariant(product: AppProduct, id: string, fields: JsonObject): Variant
  removeVariant(product: AppProduct, id: string): void
  changeModule(product: AppProduct, instance: ModuleInstance, fields: JsonObject): ModuleInstance
  submit(product: AppProduct, request: JsonObject, now: number): AppSubmission
  promote(product: AppProduct, id: string, now: number): AppSubmission
  removeSubmission(product: AppProduct, id: string): void
}

interface Product extends AppProduct {
  variants: Variant[]
  modules: ModuleInstance[]
  submissions: AppSubmission[]
  changes: number
}

/** Makes the products that a seed describes. */
export function makeSubmissions(seed: SubmissionSeed, newId: StableIds): SubmissionState {
  const apps = seed.apps && new Set(seed.apps.map(app => app.toLowerCase()))
  const products = new Map<string, Product>()
  let numbers = 0

  // Numbers of the size that the service has.
  const number = () => String(1_152_921_505_690_000_000n + BigInt(++numbers))
  const own = ({ id }: AppProduct): Product => products.get(id) as Product

  function addVariant(product: AppProduct, fields: JsonObject): Variant {
    const variant = { id: newId('variant'), fields }
    const { variants, modules } = own(product)
    variants.push(variant)
    modules.push(...newModules(newId, variant.id))
    return variant
  }

  function addProduct({
    id,
    name,
    resourceType,
    externalId,
    variants = [],
  }: AppProductSeed): AppProduct {
    const made: Product = {
      id: id ?? newId('product'),
      resourceType: resourceType ?? 'AzureApplication',
      name,
      externalIDs: [{ type: 'AzureOfferId', value: externalId ?? name }],
      variants: [],
      modules: newModules(newId),
      submissions: [],
      changes: 0,
    }
    if (products.has(made.id)) throw new TypeError(`There is a product ${made.id} already.`)
    products.set(made.id, made)
    for (const variant of variants) {
      addVariant(made, { friendlyName: variant, externalID: variant, state: 'Active' })
    }
    return made
  }

  const state: SubmissionState = {
    durations: { preview: seed.previewDuration ?? 20_000, live: seed.liveDuration ?? 10_000 },
    get products() {
      return [...products.values()]
    },
    admits: clientId => !apps || apps.has(clientId.toLowerCase()),
    product: id => products.get(id),
    addProduct,
    removeProduct: ({ id }) => products.delete(id),
    addVariant,
    changeVariant(product, id, fields) {
      const changed = { id, fields }
      const { variants } = own(product)
      variants.splice(0, variants.length, ...variants.map(one => (one.id === id ? changed : one)))
      return changed
    },
    removeVariant(product, id) {
      const held = own(product)
      held.variants = held.variants.filter(one => one.id !== id)
      held.modules = held.modules.filter(one => one.variantId !== id)
    },
    changeModule(product, instance, fields) {
      const held = own(product)
      const changed = { ...instance, fields, etag: etagOf(instance.resourceId, ++held.changes) }
      held.modules = held.modules.map(one =>
        one.instanceId === instance.instanceId ? changed : one,
      )
      return changed
    },
    submit(product, request, now) {
      const { submissions } = own(product)
      const submitted: AppSubmission = {
        id: number(),
        releaseNumber: (submissions.at(-1)?.releaseNumber ?? 0) + 1,
        submittedAt: now,
        request,
        durations: state.durations,
      }
      submissions.push(submitted)
      return submitted
    },
    promote(product, id, now) {
      const held = own(product)
      held.submissions = held.submissions.map(one =>
        one.id === id ? { ...one, promotedAt: now } : one,
      )
      return held.submissions.find(one => one.id === id) as AppSubmission
    },
    removeSubmission(product, id) {
      const held = own(product)
      held.submissions = held.submissions.filter(one => one.id !== id)
    },
  }
  for (const product of seed.products ?? []) addProduct(product)
  return state
}

/** A product by one of its ids in other systems. */
export function withExternalId(
  products: readonly AppProduct[],
  wanted: ExternalId,
): AppProduct | undefined {
  return products.find(({ externalIDs }) =>
    externalIDs.some(({ type, value }) => same(type, wanted.type) && value === wanted.value),
  )
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
