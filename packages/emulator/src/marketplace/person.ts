/** Somebody who bought a subscription, or for whom it was bought. */
export interface Person {
  readonly emailId: string
  readonly objectId: string
  readonly tenantId: string
  readonly puid: string
}
