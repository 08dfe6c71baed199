import type { JsonObject } from '../http/json-body.ts'
import type { StableIds } from '../stable-ids.ts'
import type { AppSubmission } from './app-submission.ts'
import { etagOf } from './etag.ts'

/** A product as the submission API has it: modules that are edited one by one, and submissions of them. */
export interface AppProduct {
  readonly id: string
  readonly resourceType: string
  readonly name: string
  readonly externalIDs: readonly ExternalId[]
  readonly variants: readonly Variant[]
  readonly modules: readonly ModuleInstance[]
  readonly submissions: readonly AppSubmission[]
}

/** An id of a product in another system, such as the offer id. */
export interface ExternalId {
  readonly type: string
  readonly value: string
}

/** A plan of a product. */
export interface Variant {
  readonly id: string
  readonly fields: JsonObject
}

/** The draft of one module of a product or of one of its variants. */
export interface ModuleInstance {
  readonly instanceId: string
  readonly resourceId: string
  readonly module: ModuleName
  readonly variantId?: string
  readonly fields: JsonObject
  readonly etag: string
}

export type ModuleName = 'Availability' | 'Listing' | 'Package' | 'Property'

/** Where the modules are found, and how their resources are called. */
export const moduleFolders: Readonly<
  Record<
    string,
    { readonly module: ModuleName; readonly resourceType: string; readonly ofVariant?: boolean }
  >
> = Object.assign(Object.create(null), {
  listings: { module: 'Listing', resourceType: 'AzureListing' },
  properties: { module: 'Property', resourceType: 'AzureProperty' },
  productavailabilities: {
    module: 'Availability',
    resourceType: 'ProductAvailability',
    ofVariant: false,
  },
  featureavailabilities: {
    module: 'Availability',
    resourceType: 'FeatureAvailability',
    ofVariant: true,
  },
  packageconfigurations: {
    module: 'Package',
    resourceType: 'AzureSolutionTemplatePackageConfiguration',
  },
})

/** The modules that a new product, or a new variant, has from the start. */
export function newModules(newId: StableIds, variantId?: string): ModuleInstance[] {
  const names: ModuleName[] =
    variantId === undefined
      ? ['Availability', 'Listing', 'Package', 'Property']
      : ['Availability', 'Listing', 'Package']
  return names.map(module => {
    const instanceId = newId('module instance')
    const resourceId = newId('module resource')
    return {
      instanceId,
      resourceId,
      module,
      ...(variantId !== undefined && { variantId }),
      fields: {},
      etag: etagOf(resourceId, 0),
    }
  })
}
