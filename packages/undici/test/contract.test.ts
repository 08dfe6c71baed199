import { contractCases, runCase, type Subject } from '@cloud-partner-auth/contract'
import { describe, test } from 'vitest'
import { factorySubject, interceptorSubject } from './subject.ts'
import { undiciMajors } from './undici-majors.ts'

// With the plugin as without, undici 6 may connect anew after an abort, and delivers the last redirect.
const notIn6 = [
  "ends a request under way with the client's own abort error and frees its connection",
  'gives an upload up half-way as the client alone does, with its connection and its source',
  'shows no token in the error of a redirect that never ends',
]

for (const undiciMajor of undiciMajors) {
  contract(factorySubject(undiciMajor), undiciMajor.major)
  contract(interceptorSubject(undiciMajor), undiciMajor.major)
}

function contract<Plugin>(subject: Subject<Plugin>, major: number): void {
  describe.for(Object.entries(contractCases))(`${subject.name}: %s`, ([, cases]) => {
    for (const contractCase of cases)
      test(contractCase.title, ({ skip }) => {
        const lacking = contractCase.lacking?.(subject)
        if (lacking) skip(lacking)
        if (major === 6 && notIn6.includes(contractCase.title)) skip('so is undici 6 alone')
        // Of what the factory sends they do not know the version, and take it for another URL.
        if (
          major > 6 &&
          / interceptor$/.test(subject.name) &&
          /its own URL/.test(contractCase.title)
        )
          skip('undici 7 and later follow no redirect to where the request has been')
        return runCase(subject, contractCase)
      })
  })
}
