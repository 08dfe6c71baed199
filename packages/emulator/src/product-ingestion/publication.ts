import { ConfigureError, type Draft, type Edited, type WantedSubmission } from './draft.ts'
import { productGuid } from './resource.ts'

/** One publication of a product to preview, or from there to live. */
export interface ProductSubmission {
  readonly id: string
  readonly product: string
  readonly target: 'preview' | 'live'
  readonly createdAt: number
  readonly resources: Draft
}

/** What is published of one product. */
export interface Publication {
  readonly preview?: ProductSubmission
  readonly live?: ProductSubmission
}

/**
 * Publishes a draft to preview, or the preview to live. A payload with resources publishes those on top of what
 * was published before; one without any publishes the whole draft.
 *
 * @throws ConfigureError when live is wanted of anything but the present preview.
 */
export function publish(
  before: Publication,
  wanted: WantedSubmission,
  { draft, touched }: Pick<Edited, 'draft' | 'touched'>,
  { id, now }: { readonly id: string; readonly now: number },
): Publication {
  const { product, target } = wanted
  if (target === 'live') {
    const { preview } = before
    if (!preview || wanted.id !== preview.id) {
      const message = 'Only the present preview can go live: the id of its submission is needed.'
      throw new ConfigureError('badRequest', message)
    }
    // From now on the same submission is the preview and what is live.
    const live = { ...preview, target, createdAt: now }
    return { preview: live, live }
  }
  const whole = ofProduct(draft, product)
  const base = touched.length === 0 ? undefined : (before.preview ?? before.live)?.resources
  const chosen = touched.flatMap(id => {
    const resource = whole.get(id)
    return resource ? [[id, resource] as const] : []
  })
  const resources = base ? new Map([...base, ...chosen]) : whole
  const preview = { id, product, target, createdAt: now, resources }
  return { ...before, preview }
}

/** The resources of one product. */
export function ofProduct(draft: Draft, product: string): Draft {
  const guid = productGuid(product)
  return new Map([...draft].filter(([id]) => productGuid(id) === guid))
}
