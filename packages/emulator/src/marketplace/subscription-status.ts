/** Where a subscription is in its life. */
export type SubscriptionStatus =
  | 'PendingFulfillmentStart'
  | 'Subscribed'
  | 'Suspended'
  | 'Unsubscribed'
