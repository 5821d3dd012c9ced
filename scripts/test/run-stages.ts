import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { MOST_SAID, type Stage, type Tally } from './stage.ts'

interface Options {
  /** How many run side by side. */
  atOnce: number
  /** Where the commands run. */
  cwd: string
  /** Keeps `<stage>.txt`, what a stage has said so far. */
  folder: string
  isCi: boolean
  write: (text: string) => void
}

const ONE_PASSED: Tally = { passed: 1, failed: 0, skipped: 0, failures: [] }
const ONE_SKIPPED: Tally = { passed: 0, failed: 0, skipped: 1, failures: [] }
const oneFailed = (how: string): Tally => ({ passed: 0, failed: 1, skipped: 0, failures: [how] })

/** Runs the stages, each as soon as there is room and what it needs has ended, the first of the list first. What a stage says is written whole when it ends. */
export async function runStages(stages: Stage[], options: Options): Promise<Tally> {
  const total: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] }
  const ended = new Map<string, Tally>()
  const waiting = new Set(stages)
  const running = new Set<Promise<void>>()

  async function work(stage: Stage): Promise<void> {
    const failedNeed = stage.needs?.find((name) => ended.get(name)?.failed)
    const tally = failedNeed ? notRun(stage, `${failedNeed} failed`, { isFailed: true }, options) : await runWherePossible(stage, options)
    ended.set(stage.name, tally)
    total.passed += tally.passed
    total.failed += tally.failed
    total.skipped += tally.skipped
    total.failures.push(...tally.failures.map((failure) => `${stage.name}: ${failure}`))
  }

  while (waiting.size || running.size) {
    const next = running.size < options.atOnce ? [...waiting].find(({ needs = [] }) => needs.every((name) => ended.has(name))) : undefined
    if (next) {
      waiting.delete(next)
      const run = work(next).finally(() => running.delete(run))
      running.add(run)
    }
    else if (running.size) await Promise.race(running)
    else throw new Error(`What these stages need is not among the stages: ${[...waiting].map(({ name }) => name).join(', ')}`)
  }
  return total
}

/** A newcomer without a browser still gets a verdict on everything else; in CI that is a failure. */
async function runWherePossible(stage: Stage, options: Options): Promise<Tally> {
  const missing = await stage.missing
  return missing ? notRun(stage, missing, { isFailed: options.isCi }, options) : runStage(stage, options)
}

function notRun(stage: Stage, why: string, { isFailed }: { isFailed: boolean }, { write }: Options): Tally {
  write(`\n--- ${stage.name}: not run. ${why}\n`)
  return isFailed ? oneFailed(`not run. ${why}`) : ONE_SKIPPED
}

async function runStage(stage: Stage, options: Options): Promise<Tally> {
  const startedAt = performance.now()
  const file = path.join(options.folder, `${stage.name}.txt`)
  const code = await run(stage, file, options.cwd)
  const said = readFileSync(file, 'utf8').trim()
  const tally = countStage(stage, code, said)
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  options.write(`\n--- ${stage.name}\n${said ? `${said}\n` : ''}--- ${stage.name}: ${tally.passed} passed, ${tally.failed} failed (${seconds} s)\n`)
  return tally
}

function run({ command: [program = '', ...args], env }: Stage, file: string, cwd: string): Promise<number> {
  return new Promise((resolve) => {
    const output = openSync(file, 'a')
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', output, output],
      env: {
        ...process.env,
        PATH: `${path.join(cwd, 'node_modules/.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
        // The same programs start many times: Node then compiles them once.
        NODE_COMPILE_CACHE: path.join(path.dirname(file), 'compile-cache'),
        ...env,
      },
    })
    closeSync(output)
    child.on('error', () => resolve(1))
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

function countStage(stage: Stage, code: number, said: string): Tally {
  const asCommand = oneFailed(`ended with ${code}\n${said.slice(-MOST_SAID)}`)
  if (!stage.readTally) return code === 0 ? ONE_PASSED : asCommand
  try {
    const tally = stage.readTally()
    // The runner may fail outside of any test, for example in its set-up.
    return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1, failures: asCommand.failures } : tally
  }
  catch {
    return asCommand // it wrote no report: it never came to its tests
  }
}
