/** Microsoft's description of the API for code generators. */
export const ingestionSwagger =
  'https://github.com/microsoft/az-partner-center-cli/blob/main/Partner_Ingestion_SwaggerDocument.json'

/** The page of the API's reference. */
export const azureAppPage =
  'https://learn.microsoft.com/partner-center/marketplace-offers/azure-app-apis'
