// `npm test`: every gate, three side by side, for the longest mostly wait; ends with a line "N passed, N failed".
// `npm run check` is the same without what needs a build, a database or a browser.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { root } from './build-if-needed.ts'
import { runStages } from './test/run-stages.ts'
import { listStages } from './test/stages.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'berth-test-run-'))
const write = (text: string) => { process.stdout.write(text) }
write(`What a stage says is shown when it ends; until then it is in ${folder}/<stage>.txt\n`)

const stages = listStages({ isFast: process.argv.includes('--fast'), folder })
const { passed, failed, skipped, failures } = await runStages(stages, { atOnce: 3, cwd: root, folder, isCi: Boolean(process.env.CI), write })
rmSync(folder, { recursive: true, force: true })
for (const failure of failures) write(`\nFAILED ${failure}\n`)
write(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`)
process.exit(failed ? 1 : 0)
