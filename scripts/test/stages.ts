import path from 'node:path'
import { findBrowser } from '../../tests/support/find-browser.ts'
import { readChaosReport, readPlaywrightReport, readVitestReport } from './read-report.ts'
import type { Stage } from './stage.ts'

interface Options {
  /** Leaves out what needs a build, a database or a browser. */
  isFast: boolean
  /** Where the reports go. */
  folder: string
}

/** The gates in the order of their start: first what others wait for, then the long ones, at the end the short ones that fill what is left. */
export function listStages({ isFast, folder }: Options): Stage[] {
  const report = (name: string) => path.join(folder, `${name}.json`)
  const vitest = (project: string, needs: string[] = ['prepare']): Stage => ({
    name: project,
    command: ['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report(project)}`],
    needs,
    readTally: () => readVitestReport(report(project)),
  })
  const single = (name: string, command: string, needs: string[] = ['prepare']): Stage => ({ name, command: command.split(' '), needs })

  // Writes .nuxt, which all others read: types, import names, the rules of lint.
  const prepare = single('prepare', 'nuxt prepare', [])
  const gates = [
    single('types', 'vue-tsc -b --noEmit'),
    single('lint', 'eslint .'),
    vitest('unit'),
    single('unused', 'knip'),
    vitest('contract'),
    single('migrations', 'node scripts/with-database.ts --throw-away prisma migrate diff --from-migrations prisma/migrations --to-schema prisma/schema.prisma --exit-code', []),
  ]
  if (isFast) return [prepare, ...gates]
  return [
    prepare,
    { ...single('build', 'nuxt build'), env: { NODE_ENV: 'production', BERTH_BUILD_DIR: '.nuxt/production' } },
    {
      name: 'e2e',
      command: ['playwright', 'test'],
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report('e2e') },
      needs: ['build'],
      // Asked now, because it may have to be installed, which needs the network and hardly a processor.
      missing: findBrowser().then((browser) => browser.missing),
      readTally: () => readPlaywrightReport(report('e2e')),
    },
    vitest('integration'),
    vitest('chaos', ['build']),
    { ...single('simulation', `node scripts/chaos.ts --schedules 5000 --mutants --report ${report('simulation')}`), readTally: () => readChaosReport(report('simulation')) },
    { ...single('sql', `node scripts/chaos.ts --sql --schedules 60 --report ${report('sql')}`), readTally: () => readChaosReport(report('sql')) },
    vitest('nuxt'),
    ...gates,
  ]
}
