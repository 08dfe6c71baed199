// Ends a run with one plain line, "N passed, N failed, N skipped", that any CI can read.
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      if (module.state() === 'failed' && module.children.size === 0) count.failed++
      for (const test of module.children.allTests()) count[test.result().state]++
    }
    console.log(
      `${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped`,
    )
  }
}
