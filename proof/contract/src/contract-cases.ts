import { accountCases } from './cases/accounts.ts'
import { apiCases } from './cases/apis.ts'
import { bodyCases } from './cases/bodies.ts'
import { buildCases } from './cases/builds.ts'
import { explanationCases } from './cases/explanations.ts'
import { memoryCases } from './cases/memory.ts'
import { noTokenCases } from './cases/no-token.ts'
import { ownChoiceCases } from './cases/own-choices.ts'
import { progressCases } from './cases/progress.ts'
import { redirectCases } from './cases/redirects.ts'
import { refusalCases } from './cases/refusal.ts'
import { secretCases } from './cases/secrets.ts'
import { sharingCases } from './cases/sharing.ts'
import { streamCases } from './cases/streams.ts'
import { retryCases, transparencyCases } from './cases/transparency.ts'
import { uncoveredCases } from './cases/uncovered.ts'
import { urlCases } from './cases/urls.ts'
import { waitingCases } from './cases/waiting.ts'
import type { ContractCase } from './contract-case.ts'

/** Everything an adapter promises, by topic. */
export const contractCases: Readonly<Record<string, readonly ContractCase[]>> = {
  'one token for all': sharingCases,
  'a refused token': refusalCases,
  'no token': noTokenCases,
  waiting: waitingCases,
  redirects: redirectCases,
  "the caller's own": ownChoiceCases,
  'uncovered URLs': uncoveredCases,
  URLs: urlCases,
  bodies: bodyCases,
  memory: memoryCases,
  'streamed answers': streamCases,
  progress: progressCases,
  retries: retryCases,
  transparency: transparencyCases,
  secrets: secretCases,
  builds: buildCases,
  'the account of a request': accountCases,
  'a failed request': explanationCases,
  'the APIs of a publisher': apiCases,
}
