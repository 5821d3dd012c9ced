import { readCreateMemory } from '../../create/memory.ts'
import { concluded } from '../../diagnosis.ts'
import { fail, retry, type Learnt, type Outcome } from '../../outcome.ts'
import type { Run } from '../../run.ts'

/**
 * The panel itself says that the build failed. The first time, it is built once more, unless the settings say otherwise; after that a
 * person looks. Only a disk that nobody was ever given is built by itself: of a new order, and never built to its end.
 */
export async function afterFailedBuild(run: Run, { wasBuilt }: { wasBuilt: boolean }): Promise<Outcome> {
  const { engine, operation, server } = run
  const over = await buildIsOver(run)
  const isNew = operation.kind === 'create' && server.lifecycle === 'provisioning' && !wasBuilt && !readCreateMemory(operation).builtAgain
  if (!isNew || !(await engine.store.createSettings()).buildAgain) return fail(concluded('install_failed'), { learnt: over })
  return retry(concluded('install_failed'), {
    step: 'install', learnt: { ...over, mayReinstall: true, builtAgain: true, buildSentAt: null, installSince: null }, event: { code: 'building_again' },
  })
}

/** What was sent so far is over: another build, should there be one, is a new one. */
export async function buildIsOver({ engine, operation }: Pick<Run, 'engine' | 'operation'>): Promise<Learnt> {
  const last = await engine.store.findLastAttempt(operation.id, 'servers.build')
  return { buildState: null, overBuild: last?.id ?? null }
}
