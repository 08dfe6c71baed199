/** The page of the programmatic access to analytics. */
export const insightsPage =
  'https://learn.microsoft.com/partner-center/insights/analytics-programmatic-access'

/** The page of the datasets and their columns. */
export const datasetsPage =
  'https://learn.microsoft.com/partner-center/insights/analytics-api-get-all-datasets'

/** The pages of queries and reports that exist. */
export const queriesPage =
  'https://learn.microsoft.com/partner-center/insights/analytics-api-get-report-queries'
export const reportsPage =
  'https://learn.microsoft.com/partner-center/insights/analytics-api-get-report'
