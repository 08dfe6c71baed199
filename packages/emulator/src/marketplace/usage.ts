/** One usage event that was accepted. */
export interface UsageEvent {
  readonly id: string
  readonly resourceId: string
  readonly planId: string
  readonly offerId: string
  readonly dimension: string
  readonly quantity: number
  /** As it was sent. */
  readonly effectiveStartTime: string
  readonly effectiveAt: number
  /** When it was accepted, in emulated time. */
  readonly acceptedAt: number
}

/** The usage events that were accepted: one for each resource, dimension and hour. */
export interface UsageRecords {
  readonly events: readonly UsageEvent[]
  /** The event of that resource, dimension and hour, if there is one. */
  find(resourceId: string, dimension: string, effectiveAt: number): UsageEvent | undefined
  add(event: UsageEvent): void
}

// A test that meters for ever keeps the newest ones only.
const limit = 100_000

/** No events yet. */
export function usageRecords(): UsageRecords {
  const events = new Map<string, UsageEvent>()
  return {
    get events() {
      return [...events.values()]
    },
    find: (resourceId, dimension, effectiveAt) =>
      events.get(slot(resourceId, dimension, effectiveAt)),
    add(event) {
      events.set(slot(event.resourceId, event.dimension, event.effectiveAt), event)
      const [oldest] = events.keys()
      if (events.size > limit && oldest !== undefined) events.delete(oldest)
    },
  }
}

function slot(resourceId: string, dimension: string, effectiveAt: number): string {
  return JSON.stringify([resourceId, dimension, Math.floor(effectiveAt / 3_600_000)])
}
