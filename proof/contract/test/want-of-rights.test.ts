import { describe, test } from 'vitest'
import { wantOfRights } from '../src/cases/apis.ts'
import { runCase } from '../src/index.ts'
import { reference } from './reference-client.ts'

// The contract sends every client a tenth of this.
const tenThousand = wantOfRights(10_000)

describe('an adapter', () => {
  test(tenThousand.title, () => runCase(reference, tenThousand))
})
