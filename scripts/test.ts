// `npm test`: every gate in its order; ends with a line "N passed, N failed".
// `npm run check` is the same without what needs a build, a database or a browser.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { findBrowser } from '../tests/support/find-browser.ts'
import { root } from './build-if-needed.ts'

interface Tally { passed: number, failed: number, skipped: number }
interface Stage { name: string, command: string[], tally?: (reportFile: string) => Tally, env?: Record<string, string> }

const isFast = process.argv.includes('--fast')
const scratch = mkdtempSync(path.join(os.tmpdir(), 'berth-report-'))
const bin = (name: string) => path.join(root, 'node_modules/.bin', name)
const report = (name: string) => path.join(scratch, `${name}.json`)

const vitest = (project: string): Stage => ({
  name: project,
  command: [bin('vitest'), 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report(project)}`],
  tally: readVitestReport,
})

const stages: Stage[] = [
  { name: 'lint', command: [bin('eslint'), '.'] },
  { name: 'types', command: [bin('nuxt'), 'typecheck'] },
  { name: 'unused', command: [bin('knip')] },
  { name: 'migrations', command: [process.execPath, path.join(root, 'scripts/with-database.ts'), '--throw-away', 'prisma', 'migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma', '--exit-code'] },
  vitest('unit'),
  vitest('contract'),
]
if (!isFast) {
  stages.push(vitest('integration'), vitest('nuxt'), { name: 'build', command: [bin('nuxt'), 'build'], env: { NODE_ENV: 'production' } }, vitest('chaos'))
  stages.push({ name: 'e2e', command: [bin('playwright'), 'test'], tally: readPlaywrightReport, env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report('e2e') } })
}

const total: Tally = { passed: 0, failed: 0, skipped: 0 }
for (const stage of stages) {
  if (stage.name === 'e2e' && !browserIsThere()) continue
  const startedAt = performance.now()
  process.stdout.write(`\n--- ${stage.name}\n`)
  const code = await run(stage)
  const tally = countStage(stage, code)
  total.passed += tally.passed
  total.failed += tally.failed
  total.skipped += tally.skipped
  process.stdout.write(`--- ${stage.name}: ${tally.passed} passed, ${tally.failed} failed (${Math.round((performance.now() - startedAt) / 1000)} s)\n`)
  // Nothing after a broken build says anything of its own.
  if (stage.name === 'build' && code !== 0) break
}
rmSync(scratch, { recursive: true, force: true })
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}\n`)
process.exit(total.failed ? 1 : 0)

/** A newcomer without any browser still gets a verdict on everything else; in CI a missing browser is a failure. */
function browserIsThere(): boolean {
  const browser = findBrowser()
  if (browser.path) return true
  process.stdout.write(`\n--- e2e: not run. ${browser.missing}\n`)
  if (process.env.CI) total.failed += 1
  else total.skipped += 1
  return false
}

function run(stage: Stage): Promise<number> {
  return new Promise((resolve) => {
    const [command = '', ...args] = stage.command
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH ?? ''}`, ...stage.env },
    })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

function countStage(stage: Stage, code: number): Tally {
  const whole: Tally = code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 }
  if (!stage.tally) return whole
  try {
    const tally = stage.tally(report(stage.name))
    // The runner may fail outside of any test, for example in its set-up.
    return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
  }
  catch {
    return { passed: 0, failed: 1, skipped: 0 } // it wrote no report: it never came to its tests
  }
}

function readVitestReport(file: string): Tally {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(file, 'utf8')) as Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests', number>
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests }
}

function readPlaywrightReport(file: string): Tally {
  const { stats } = JSON.parse(readFileSync(file, 'utf8')) as { stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number> }
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }
}
