import { isObject, type JsonObject } from '../http/json-body.ts'

/** One resource of a product: what was sent, with its durable id. */
export type Resource = JsonObject & { readonly id: string }

const schemas = 'https://schema.mp.microsoft.com/schema'

/** The address of a schema. */
export function schemaOf(type: string, version: string): string {
  return `${schemas}/${type}/${version}`
}

/** The type that `$schema` names, as in `https://schema.mp.microsoft.com/schema/plan/2022-07-01`. */
export function typeOf(resource: unknown): string | undefined {
  if (!isObject(resource) || typeof resource['$schema'] !== 'string') return undefined
  return /\/schema\/([a-z-]+)\/[\w.-]+$/.exec(resource['$schema'])?.[1]
}

/** The GUID of the product that a durable id such as `plan/<product>/<plan>` belongs to. */
export function productGuid(durableId: string): string {
  return durableId.split('/')[1] ?? ''
}

/** The id that a resource gets when its sender named none. */
export function durableId(type: string, resource: JsonObject, refs: References): string {
  const product = productGuid(refs.product)
  const plan = refs.plan?.split('/').at(-1)
  const language = text(resource['languageId']) ?? 'en-us'
  switch (type) {
    case 'property':
      return `property/${product}/public/main`
    case 'listing':
      return `listing/${product}/public/main/default/${language}`
    case 'plan-listing':
      return `plan-listing/${product}/public/main/${plan}/${language}`
    case 'listing-asset':
      return `listing-asset/${product}/public/main/default/${language}/${kind(resource)}/${refs.next}`
    case 'listing-trailer':
      return `listing-trailer/${product}/public/main/default/${refs.next}`
    default:
      return plan === undefined ? `${type}/${product}` : `${type}/${product}/${plan}`
  }
}

/** What a resource without an id is placed by. */
export interface References {
  /** A durable id, as are all of these. */
  readonly product: string
  readonly plan?: string
  /** The number of the next one of its kind. */
  readonly next: number
}

function kind(resource: JsonObject): string {
  return (text(resource['type']) ?? 'asset').toLowerCase()
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
