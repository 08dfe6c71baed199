/** What happens to a subscription. */
export type SubscriptionAction =
  | 'ChangePlan'
  | 'ChangeQuantity'
  | 'Reinstate'
  | 'Renew'
  | 'Suspend'
  | 'Unsubscribe'

/** How far an operation is. */
export type OperationStatus = 'InProgress' | 'Succeeded' | 'Failed'

/** One operation on a subscription, with what is known of its webhook. */
export interface SubscriptionOperation {
  readonly id: string
  readonly activityId: string
  readonly action: SubscriptionAction
  /** Who asked for it: the publisher by the API, or a customer or Microsoft in Azure. */
  readonly requestedBy: 'Partner' | 'Azure'
  readonly startedAt: number
  /** The plan and the quantity that there will be when it succeeds. */
  readonly planId: string
  readonly quantity?: number
  /** What the publisher said of it by PATCH. */
  readonly acknowledged?: { readonly status: 'Success' | 'Failure'; readonly at: number }
  /** What the webhook answered; 0 when it did not answer. */
  readonly webhook?: { readonly status: number; readonly at: number }
}

/** What a publisher may accept or refuse; everything else has happened when it is told of it. */
export function awaitsPublisher(action: SubscriptionAction): boolean {
  return action === 'ChangePlan' || action === 'ChangeQuantity' || action === 'Reinstate'
}

// As documented: what nobody refuses within ten seconds is accepted.
const acceptedAfter = 10_000
// As documented: the service tries to reach a webhook for eight hours.
const failedAfter = 8 * 3_600_000

/** How far an operation is at one time, and since when. Derived from times alone: the clock may jump. */
export function operationState(
  operation: SubscriptionOperation,
  now: number,
): { readonly status: OperationStatus; readonly since: number } {
  const { action, startedAt, acknowledged, webhook } = operation
  const underWay = { status: 'InProgress', since: startedAt } as const
  if (!awaitsPublisher(action)) return { status: 'Succeeded', since: startedAt }
  if (acknowledged && acknowledged.at <= now) {
    const status = acknowledged.status === 'Success' ? 'Succeeded' : 'Failed'
    return { status, since: acknowledged.at }
  }
  if (!webhook || webhook.at > now) return underWay
  if (webhook.status >= 400 && webhook.status < 500) return { status: 'Failed', since: webhook.at }
  const delivered = webhook.status >= 200 && webhook.status < 300
  const since = delivered ? webhook.at + acceptedAfter : startedAt + failedAfter
  return since <= now ? { status: delivered ? 'Succeeded' : 'Failed', since } : underWay
}
