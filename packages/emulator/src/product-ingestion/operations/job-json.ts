import { serviceTime } from '../../api/service-time.ts'
import type { ConfigureJob } from '../product-ingestion.ts'
import { schemaOf } from '../resource.ts'

/** A job as the API shows it while it runs and when it has ended. */
export function jobJson(job: ConfigureJob, version: string, now: number): object {
  const { id, startedAt, endsAt, outcome } = job
  const errors = outcome?.errors ?? []
  const resourceUri = outcome?.touched.at(-1) ?? outcome?.submissions.at(-1)?.id
  return {
    $schema: schemaOf('configure-status', version),
    jobId: id,
    jobStatus: outcome ? 'completed' : now === startedAt ? 'notStarted' : 'running',
    jobResult: outcome ? (errors.length > 0 ? 'failed' : 'succeeded') : 'pending',
    jobStart: serviceTime(startedAt),
    jobEnd: outcome ? serviceTime(endsAt) : '0001-01-01T00:00:00',
    ...(resourceUri !== undefined && { resourceUri }),
    errors,
  }
}
