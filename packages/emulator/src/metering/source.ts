/** The page of the metering reference. */
export const meteringPage =
  'https://learn.microsoft.com/partner-center/marketplace-offers/marketplace-metering-service-apis'

/** Microsoft's description of the API for code generators. */
export const meteringOpenApi = 'https://github.com/microsoft/commercial-marketplace-openapi'
