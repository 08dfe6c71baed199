const pages = 'https://learn.microsoft.com/partner-center/marketplace-offers'

/** The pages of the Product Ingestion reference. */
export const ingestionPage: string = `${pages}/product-ingestion-api`
export const privateOffersPage: string = `${pages}/private-offers-api`

/** How Microsoft Graph, behind which this API is, words its errors. */
export const graphErrors = 'https://learn.microsoft.com/graph/errors'

/** A client that publishes products with this API. */
export const cloudpub = 'https://github.com/release-engineering/cloudpub'
