import { documented } from '../../api/answer.ts'
import type { Operation } from '../../api/operation.ts'
import { parameter } from '../../api/parameter.ts'
import type { AnalyticsState } from '../analytics.ts'
import { envelope } from '../analytics-json.ts'
import { datasets } from '../dataset.ts'
import { datasetsPage } from '../source.ts'

const answers = {
  listed: documented(
    200,
    'asked, or for one by `datasetName`: ISVUsage, ISVOrder and ISVCustomer with some of their columns',
    datasetsPage,
  ),
}

/** Lists the datasets that can be queried. */
export const listDatasets: Operation<AnalyticsState> = {
  method: 'GET',
  path: '/insights/v1/cmp/ScheduledDataset',
  answers,
  answer(call) {
    const wanted = parameter(call.query, 'datasetName')?.toLowerCase()
    const shown = datasets
      .filter(({ name }) => wanted === undefined || name.toLowerCase() === wanted)
      .map(({ name, columns }) => ({
        datasetName: name,
        selectableColumns: columns,
        availableMetrics: [],
        availableDateRanges: ['LAST_MONTH', 'LAST_3_MONTHS', 'LAST_6_MONTHS', 'LIFETIME'],
        minimumRecurrenceInterval: 4,
      }))
    return envelope(answers.listed, shown, 'Dataset fetched successfully')
  },
}
