// `npm run chaos`: lives of a host in virtual time, with everything failing, against the real engine. See docs/develop/chaos.md.
//   --schedules N   how many lives (5000)         --seed N      the first of them (100000)
//   --time S        stop after S seconds          --mutants     also break the engine on purpose, in each known way, and see it caught
//   --sql           the store on a real PostgreSQL instead: fewer and smaller lives (500); with --mutants also bugs of that store
//   --search        with --mutants: look for the first life that catches each, instead of beginning at the known one
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { MUTANTS } from '../tests/chaos/mutants/mutants.ts'
import type { Report } from '../tests/chaos/simulation/main.ts'
import { judgeCoverage } from '../tests/chaos/simulation/coverage.ts'
import { judgeEdges } from '../tests/chaos/simulation/edges.ts'
import { livePool } from '../tests/chaos/simulation/pool.ts'
import { REGRESSIONS } from '../tests/chaos/simulation/regressions.ts'
import { LIFE_MODES } from '../tests/chaos/simulation/schedule.ts'
import { liveOnSql } from '../tests/chaos/stores/live-on-sql.ts'

const { values } = parseArgs({
  options: {
    schedules: { type: 'string' }, sql: { type: 'boolean', default: false }, seed: { type: 'string', default: '100000' }, time: { type: 'string' },
    mutants: { type: 'boolean', default: false }, search: { type: 'boolean', default: false }, report: { type: 'string' },
  },
})
/** Within so many lives each mutant has to be caught: from the first on, or from the one that is known to catch it. An engine that waits once more or less lives other lives. */
const MUTANT_LIMIT = { search: 5_000, known: 1_000, sql: 100 }
/** Lives that are lived twice: see compare-plain.ts. */
const COMPARED = 40
/** Reports of so many lives are printed. */
const MOST_REPORTS = 20
/** What Berth's own code is called that the lives run through. */
const code = execFileSync(process.execPath, [fileURLToPath(new URL('../tests/chaos/simulation/code-name.ts', import.meta.url)), ...(values.sql ? ['sql'] : [])], { encoding: 'utf8' })
const wanted = { from: Number(values.seed), seconds: values.time === undefined ? null : Number(values.time) }
const tally = { passed: 0, failed: 0, skipped: 0, failures: [] as string[] }
const say = (line: string) => { process.stdout.write(`${line}\n`) }
const count = (isGood: boolean, line: string, details: string[] = []) => {
  tally[isGood ? 'passed' : 'failed'] += 1
  if (!isGood) tally.failures.push([line, ...details].join('\n'))
  say(`${isGood ? 'ok  ' : 'FAIL'} ${line}`)
  for (const detail of details) say(`     ${detail}`)
}

if (values.sql) {
  const { seconds, ...report } = await liveOnSql({ ...wanted, count: Number(values.schedules ?? 500) })
  judge(report, { where: 'on PostgreSQL ', seconds, again: (seed) => `live it again: npm run chaos -- --sql --seed ${seed} --schedules 1` })
  if (values.mutants) await runMutantsOnSql()
  end()
}

for (const mode of LIFE_MODES) {
  const regressions = REGRESSIONS.filter((regression) => (regression.mode ?? 'direct') === mode)
  const again = await livePool({ seeds: regressions.map(({ seed }) => seed), mode })
  for (const { seed, about } of regressions) count(!again.failures.some((failure) => failure.seed === seed), `seed ${seed}: ${about}`)
}

const twice = await livePool({ from: 1, count: COMPARED, isCompared: true })
count(twice.failures.length === 0, `${COMPARED} lives are the same, line by line, with and without what is kept to save time`,
  twice.failures.map(({ seed, violations }) => `seed ${seed}: ${violations[0]?.detail}`))

const startedAt = performance.now()
let told = startedAt
let toldFailures = 0
const all = await livePool({
  ...wanted, count: Number(values.schedules ?? 5_000),
  // A run of hours that is broken off has told what it found.
  onProgress({ schedules, failures }) {
    for (const { seed, violations } of failures.slice(toldFailures)) say(`     found in seed ${seed}: ${violations[0]?.rule}: ${violations[0]?.detail}`)
    toldFailures = failures.length
    if (performance.now() - told < 30_000) return
    told = performance.now()
    say(`     ${schedules} lives, ${Math.round(schedules / (told - startedAt) * 1000)} a second`)
  },
})
judge(all, { seconds: (performance.now() - startedAt) / 1000, again: (seed) => `look closer: node tests/chaos/simulation/replay.ts ${seed} shrink` })
const { pairs, lacking, rare, seldom } = judgeCoverage(all.schedules, all.coverage, all.visits)
count(lacking.length === 0, `${pairs} pairs of fault and await, each struck a hundred times or once in 2,000 lives (${rare} less than a hundred times)`,
  lacking.map((pair) => `too seldom: ${pair}`))
if (seldom.length > 0) say(`     hardly a life comes to ${seldom.join(', ')}`)
const { known, unlisted, untaken } = judgeEdges(all.schedules, all.edges)
count(unlisted.length + untaken.length === 0, `${known} edges from step to step, each taken and no other`,
  [...unlisted.map((edge) => `not listed: ${edge}`), ...untaken.map((edge) => `never taken: ${edge}`)])

if (values.mutants) await runMutants()
end()

/** What the lives came to in one line, then each violation and how to look at it again. */
function judge({ schedules, orders, active, asked, events, coverage, failures }: Report, { where = '', seconds, again }: { where?: string, seconds: number, again(seed: number): string }): void {
  const faults = coverage.reduce((sum, [, hits]) => sum + hits, 0)
  const pace = schedules / seconds
  count(failures.length === 0, `${schedules} lives ${where}of code ${code} from seed ${values.seed}: ${orders} orders, ${active} with their server, ${asked} put before a person, ${faults} faults, ${events} events in ${seconds.toFixed(0)} s (${pace.toFixed(pace < 10 ? 1 : 0)} a second)`,
    failures.slice(0, MOST_REPORTS).flatMap(({ seed, violations }) => [...violations.map(({ rule, detail }) => `seed ${seed}: ${rule}: ${detail}`), again(seed)]))
}

function end(): never {
  if (values.report) writeFileSync(values.report, JSON.stringify(tally))
  say(`\n${tally.passed} passed, ${tally.failed} failed`)
  process.exit(tally.failed > 0 ? 1 : 0)
}

/** Those of the store on PostgreSQL are caught by its own lives, one after the other. */
async function runMutantsOnSql(): Promise<void> {
  for (const [mutant, { name, seed, isOnSql }] of MUTANTS.entries()) {
    if (!isOnSql) continue
    const { schedules, failures: [first] } = await liveOnSql({ from: seed, count: MUTANT_LIMIT.sql, stopAtFirst: true, mutant })
    count(first !== undefined, first ? `caught by ${first.violations.at(-1)?.rule} at seed ${first.seed}: ${name}` : `not caught in ${schedules} lives: ${name}`)
  }
}

async function runMutants(): Promise<void> {
  const waiting = MUTANTS.map((mutant, index) => ({ ...mutant, index })).filter(({ isOnSql }) => !isOnSql)
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [from, most] = values.search ? [1, MUTANT_LIMIT.search] : [next.seed, MUTANT_LIMIT.known]
      const { schedules, failures } = await livePool({ from, count: most, stopAtFirst: true, processes: 1, mutant: next.index, mode: next.mode ?? 'direct' })
      const [first] = failures
      count(first !== undefined, first ? `caught by ${first.violations[0]?.rule} at seed ${first.seed}: ${next.name}` : `not caught in ${schedules} lives: ${next.name}`)
    }
  }
  await Promise.all([work(), work()])
}
