import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readPlaywrightReport, readVitestReport } from '../../../../scripts/test/read-report.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'berth-report-')) })
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function report(content: unknown): string {
  const file = path.join(folder, 'report.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}

describe('readVitestReport', () => {
  const counts = { numPassedTests: 4, numFailedTests: 1, numPendingTests: 2 }

  it('names the test that failed, and why', () => {
    const assertionResults = [{ status: 'passed', fullName: 'sum adds', failureMessages: [] }, { status: 'failed', fullName: 'sum carries', failureMessages: ['expected 10'] }]
    expect(readVitestReport(report({ ...counts, testResults: [{ name: 'sum.spec.ts', message: '', assertionResults }] })))
      .toEqual({ passed: 4, failed: 1, skipped: 2, failures: ['sum.spec.ts: sum carries\nexpected 10'] })
  })

  it('names a file that came to no test', () => {
    const { failures } = readVitestReport(report({ ...counts, testResults: [{ name: 'sum.spec.ts', message: 'no such module', assertionResults: [] }] }))
    expect(failures).toEqual(['sum.spec.ts\nno such module'])
  })

  it('throws without a report', () => {
    expect(() => readVitestReport(path.join(folder, 'none.json'))).toThrow('ENOENT')
  })
})

describe('readPlaywrightReport', () => {
  it('finds what failed in describes too, and takes a second try that passed for a failure', () => {
    const spec = (title: string, ...messages: string[][]) => ({ title, file: 'order.spec.ts', tests: [{ results: messages.map((errors) => ({ errors: errors.map((message) => ({ message })) })) }] })
    const suites = [{ specs: [spec('signs in', [])], suites: [{ specs: [spec('orders', ['button is covered'], [])] }] }]
    expect(readPlaywrightReport(report({ stats: { expected: 1, unexpected: 0, flaky: 1, skipped: 0 }, suites })))
      .toEqual({ passed: 1, failed: 1, skipped: 0, failures: ['order.spec.ts: orders\nbutton is covered'] })
  })
})
