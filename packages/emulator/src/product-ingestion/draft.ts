import { isObject, type JsonObject } from '../http/json-body.ts'
import type { StableIds } from '../stable-ids.ts'
import { durableId, productGuid, type Resource, typeOf } from './resource.ts'

/** The resources of all products as they are edited, by their durable ids. */
export type Draft = ReadonlyMap<string, Resource>

/** A mistake in what was to be configured, for the errors of a job. */
export class ConfigureError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** A submission that a payload asks for besides its edits. */
export interface WantedSubmission {
  readonly product: string
  readonly target: 'preview' | 'live'
  /** The preview that goes live. */
  readonly id?: string
}

/** What a payload makes of a draft. */
export interface Edited {
  readonly draft: Draft
  /** The durable ids of what was created or changed, in the order of the payload. */
  readonly touched: readonly string[]
  readonly submissions: readonly WantedSubmission[]
}

/** What editing needs to know. */
export interface EditParts {
  readonly newId: StableIds
  /** Whether a resource was ever in a preview, after which it cannot be deleted. */
  readonly published: (id: string) => boolean
}

/**
 * Applies the resources of a payload to a draft, all or none.
 *
 * @throws ConfigureError for a reference to nothing and for what the service does not take.
 */
export function edit(before: Draft, resources: readonly unknown[], parts: EditParts): Edited {
  const draft = new Map(before)
  const named = new Map<string, string>()
  const touched: string[] = []
  const submissions: WantedSubmission[] = []
  for (const resource of resources) {
    const type = typeOf(resource)
    if (type === undefined || !isObject(resource)) {
      throw new ConfigureError(
        'schemaValidationError',
        'A resource has no $schema of a known form.',
      )
    }
    if (type === 'submission') {
      submissions.push(wantedSubmission(draft, named, resource))
      continue
    }
    const placed = place(draft, named, type, resource, parts)
    if (resource['lifecycleState'] === 'deleted') remove(draft, placed.id, parts)
    else draft.set(placed.id, placed)
    touched.push(placed.id)
    if (typeof resource['resourceName'] === 'string') named.set(resource['resourceName'], placed.id)
  }
  return { draft, touched, submissions }
}

function place(
  draft: Draft,
  named: ReadonlyMap<string, string>,
  type: string,
  resource: JsonObject,
  parts: EditParts,
): Resource {
  const { resourceName: _, ...kept } = resource
  if (type === 'private-offer') {
    return { ...kept, id: given(resource) ?? `private-offer/${parts.newId('private offer')}` }
  }
  if (type === 'product') return placeProduct(draft, kept, parts)
  const product = reference(draft, named, 'product', resource['product'])
  if (type === 'plan') return placePlan(draft, kept, product, parts)
  const plan =
    resource['plan'] === undefined
      ? undefined
      : reference(draft, named, 'plan', resource['plan'], product)
  const next =
    [...draft.keys()].filter(id => id.startsWith(`${type}/${productGuid(product)}/`)).length + 1
  const refs = { product, ...(plan !== undefined && { plan }), next }
  const id = given(resource) ?? durableId(type, resource, refs)
  if (!id.startsWith(`${type}/${productGuid(product)}`)) {
    throw new ConfigureError(
      'invalidResource',
      `The id ${id} is not one of a ${type} of the product.`,
    )
  }
  return { ...kept, id, product, ...(plan !== undefined && { plan }) }
}

function placeProduct(draft: Draft, resource: JsonObject, { newId }: EditParts): Resource {
  const id = given(resource)
  const externalId = externalIdOf(resource)
  const known = id === undefined ? find(draft, 'product', externalId) : draft.get(id)
  if (id !== undefined && !known) throw new ConfigureError('notFound', `There is no ${id}.`)
  if (known) return { ...known, ...resource, id: known.id }
  if (externalId === undefined || typeof resource['type'] !== 'string') {
    const message = 'A new product needs a type and an identity with an externalId.'
    throw new ConfigureError('schemaValidationError', message)
  }
  if (/^azureApplication$/i.test(resource['type'])) {
    throw new ConfigureError('badRequest', 'Type AzureApplication is not supported')
  }
  return { lifecycleState: 'generallyAvailable', ...resource, id: `product/${newId('product')}` }
}

function placePlan(
  draft: Draft,
  resource: JsonObject,
  product: string,
  { newId }: EditParts,
): Resource {
  const id = given(resource)
  const externalId = externalIdOf(resource)
  const known = id === undefined ? find(draft, 'plan', externalId, product) : draft.get(id)
  if (id !== undefined && !known) throw new ConfigureError('notFound', `There is no ${id}.`)
  if (known) return { ...known, ...resource, id: known.id, product }
  if (externalId === undefined) {
    const message = 'A new plan needs an identity with an externalId.'
    throw new ConfigureError('schemaValidationError', message)
  }
  const created = `plan/${productGuid(product)}/${newId('plan')}`
  return { ...newPlan, ...resource, id: created, product }
}

/** What a plan has from the start, as clients in the field expect it to. */
export const newPlan: JsonObject = {
  azureRegions: ['azureGlobal'],
  lifecycleState: 'generallyAvailable',
}

/** A product or a plan by its external id. */
export function find(
  draft: Draft,
  type: 'product' | 'plan',
  externalId: string | undefined,
  product?: string,
): Resource | undefined {
  if (externalId === undefined) return undefined
  return [...draft.values()].find(
    one =>
      one.id.startsWith(`${type}/`) &&
      externalIdOf(one) === externalId &&
      (product === undefined || one['product'] === product),
  )
}

/** The external id of a product or a plan. */
export function externalIdOf(resource: JsonObject): string | undefined {
  const identity = resource['identity']
  const externalId = isObject(identity) ? identity['externalId'] : undefined
  return typeof externalId === 'string' && externalId !== '' ? externalId : undefined
}

// A durable id, or an object with a name from the same payload or an external id.
function reference(
  draft: Draft,
  named: ReadonlyMap<unknown, string>,
  type: 'product' | 'plan',
  value: unknown,
  product?: string,
): string {
  const id = isObject(value)
    ? (named.get(value['resourceName']) ??
      find(draft, type, externalIdOf({ identity: value }), product)?.id)
    : value
  if (typeof id !== 'string' || !id.startsWith(`${type}/`) || !draft.has(id)) {
    throw new ConfigureError('notFound', `A resource refers to a ${type} that does not exist.`)
  }
  return id
}

function given({ id }: JsonObject): string | undefined {
  return typeof id === 'string' && id !== '' ? id : undefined
}

function remove(draft: Map<string, Resource>, id: string, { published }: EditParts): void {
  if (published(id)) {
    throw new ConfigureError('conflict', `${id} was published before and cannot be deleted.`)
  }
  // What belongs to a product or a plan goes with it.
  const own = id.split('/').at(-1) ?? id
  for (const other of draft.keys()) if (other.split('/').includes(own)) draft.delete(other)
}

function wantedSubmission(
  draft: Draft,
  named: ReadonlyMap<string, string>,
  resource: JsonObject,
): WantedSubmission {
  const target = isObject(resource['target']) ? resource['target']['targetType'] : undefined
  if (target !== 'preview' && target !== 'live') {
    throw new ConfigureError('badRequest', 'The target of a submission is preview or live.')
  }
  const id = given(resource)
  const product = reference(draft, named, 'product', resource['product'])
  return { product, target, ...(id !== undefined && { id }) }
}
