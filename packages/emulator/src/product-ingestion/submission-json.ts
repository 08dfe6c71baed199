import { serviceTime } from '../api/service-time.ts'
import type { ProductSubmission } from './publication.ts'
import { productGuid, schemaOf } from './resource.ts'

/** A submission as the API shows it. */
export interface SubmissionJson {
  readonly $schema: string
  readonly id: string
  readonly product: string
  readonly target: { readonly targetType: 'draft' | 'preview' | 'live' }
  readonly status?: 'completed'
  readonly result?: 'succeeded'
  readonly created?: string
}

/** The reference to the draft of a product, which is the submission number 0. */
export function draftJson(product: string, version: string): SubmissionJson {
  return {
    $schema: schemaOf('submission', version),
    id: `submission/${productGuid(product)}/0`,
    product,
    target: { targetType: 'draft' },
  }
}

/** A submission that was published. */
export function submissionJson(
  { id, product, target, createdAt }: ProductSubmission,
  version: string,
): SubmissionJson {
  return {
    $schema: schemaOf('submission', version),
    id,
    product,
    target: { targetType: target },
    status: 'completed',
    result: 'succeeded',
    created: serviceTime(createdAt),
  }
}
