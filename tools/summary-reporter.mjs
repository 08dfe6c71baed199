// Ends a run with why tests were left out, and with one plain line, "N passed, N failed, N skipped", that any CI can read.
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      if (module.state() === 'failed' && module.children.size === 0) count.failed++
      for (const test of module.children.allTests()) {
        const { state, note } = test.result()
        count[state]++
        if (note) console.log(`not applicable: ${test.fullName}\n  since ${note}`)
      }
    }
    console.log(
      `${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped`,
    )
  }
}
