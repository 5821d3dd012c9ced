import { readFileSync } from 'node:fs'
import { MOST_SAID, type Tally } from './stage.ts'

/** The parts of Vitest's JSON report that are read here (its form is that of Jest). */
interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  testResults: { name: string, message: string, assertionResults: { status: string, fullName: string, failureMessages: string[] | null }[] }[]
}

/** The parts of Playwright's JSON report that are read here. */
interface PlaywrightReport {
  stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number>
  suites: PlaywrightSuite[]
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[]
  specs: { title: string, file: string, tests: { results: { errors: { message?: string }[] }[] }[] }[]
}

/** Throws without a report in `file`, like the other two. */
export function readVitestReport(file: string): Tally {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = read(file) as VitestReport
  const failures = testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName, failureMessages }) => tell(`${name}: ${fullName}`, failureMessages ?? []))
    return failed.length === 0 && message ? [tell(name, [message])] : failed
  })
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests, failures }
}

/** A test that passed at a later try counts as failed. */
export function readPlaywrightReport(file: string): Tally {
  const { stats, suites } = read(file) as PlaywrightReport
  const listFailures = ({ suites: inner = [], specs }: PlaywrightSuite): string[] => [
    ...inner.flatMap(listFailures),
    ...specs.map(({ title, file: spec, tests }) => ({ title, spec, errors: tests.flatMap(({ results }) => results.flatMap(({ errors }) => errors)) }))
      .filter(({ errors }) => errors.length > 0)
      .map(({ title, spec, errors }) => tell(`${spec}: ${title}`, errors.map(({ message = '' }) => message))),
  ]
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped, failures: suites.flatMap(listFailures) }
}

/** The report of `scripts/chaos.ts` is a tally already. */
export function readChaosReport(file: string): Tally {
  return read(file) as Tally
}

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))
const tell = (name: string, messages: string[]): string => `${name}\n${messages.join('\n').slice(0, MOST_SAID)}`
