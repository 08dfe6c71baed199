const pages = 'https://learn.microsoft.com/partner-center/marketplace-offers/partner-center-portal'

/** The pages of the SaaS fulfillment reference. */
export const subscriptionPage: string = `${pages}/pc-saas-fulfillment-subscription-api`
export const operationsPage: string = `${pages}/pc-saas-fulfillment-operations-api`

/** Microsoft's own emulator of this API. */
export const saasEmulator = 'https://github.com/microsoft/Commercial-Marketplace-SaaS-API-Emulator'
