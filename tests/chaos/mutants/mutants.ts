import type { LifeMode } from '../simulation/schedule.ts'

/** A bug of the kind that this protocol is here to prevent, written into one file by replacing one text. */
export interface Mutant {
  name: string
  file: string
  find: string
  replace: string
  /** A life that catches it, or from which on one soon does; `--search` looks for the first, among 5,000. */
  seed: number
  /** How the orders of that life are sent; direct unless it says otherwise. */
  mode?: LifeMode
  /** A bug of the store on PostgreSQL: its lives are lived there. */
  isOnSql?: boolean
}

const engine = (file: string) => `server/engine/${file}`
const DATABASE = 'tests/chaos/simulation/memory-database.ts'

/** Each has to be caught by the simulation. A checker that catches nothing proves nothing. */
export const MUTANTS: readonly Mutant[] = [
  { name: 'a create is sent without an intent that was written down', file: engine('steps/create/intend.ts'), find: "    writes: [{ type: 'attempt-begun', attempt }],\n", replace: '', seed: 1 },
  { name: 'a create is sent however old its intent is', file: engine('steps/create/send.ts'), find: 'run.engine.clock.monotonicMs() - intent.at > FENCE_MS', replace: 'intent.at > Number.MAX_VALUE', seed: 320 },
  { name: 'a change is sent however long the turn stood still', file: engine('call-panel.ts'), find: "if (clock.monotonicMs() - intendedAt > FENCE_MS) {", replace: 'if (intendedAt < 0) {', seed: 1 },
  { name: 'a change is sent however long its connection took', file: engine('call-panel.ts'), find: 'const mayStillSend = () => intendedAt === undefined || clock.monotonicMs() - intendedAt <= FENCE_MS', replace: 'const mayStillSend = () => intendedAt === undefined || clock.monotonicMs() > 0', seed: 133 },
  { name: 'a change is sent without holding the lease', file: DATABASE, find: "if (lease) {", replace: 'if (lease && this.now() < 0) {', seed: 1 },
  { name: '5xx counts as a refusal', file: 'server/virtfusion/effect.ts', find: 'if (REFUSALS.has(evidence.status) &&', replace: 'if (evidence.status >= 500) return \'none\'\n  if (REFUSALS.has(evidence.status) &&', seed: 62 },
  { name: 'a page of a proxy counts as a refusal', file: 'server/virtfusion/effect.ts', find: "REFUSALS.has(evidence.status) && evidence.bodyForm === 'json'", replace: 'REFUSALS.has(evidence.status)', seed: 16 },
  { name: 'a lost answer counts as never sent', file: 'server/virtfusion/effect.ts', find: "return evidence.isConnected ? 'unknown' : 'none'", replace: "return 'none'", seed: 5 },
  { name: 'an unreadable success counts as a refusal', file: 'server/virtfusion/chain/error.ts', find: 'effect: effectOfFailure({ isChange: changesSomething(request), isConnected: true, status: answer.status, bodyForm: form }),', replace: "effect: 'none',", seed: 25 },
  { name: 'nothing is noted of what the owner had before', file: engine('create/baseline.ts'), find: 'baseline: servers.map(({ id }) => id)', replace: 'baseline: []', seed: 263 },
  { name: 'a rebuild that is tried again erases what was built since', file: engine('steps/rebuild/steps.ts'), find: '(memory.builtBefore ?? built) !== built', replace: 'memory.builtBefore === built', seed: 783 },
  { name: 'a fence is believed across a backup of the panel', file: engine('create/find-escrow-doubt.ts'), find: 'firstFenced.epoch !== gate.epoch', replace: "firstFenced.epoch === 'none'", seed: 124011916, mode: 'escrow' },
  { name: 'orders of one owner are sent side by side', file: engine('steps/create/intend.ts'), find: 'if (holder) return', replace: 'if (holder && ownerId < 0) return', seed: 141 },
  { name: 'the owner is free while an order is undecided', file: engine('steps/create/send.ts'), find: "event: { code: 'effect_unknown' } })", replace: "event: { code: 'effect_unknown' }, freesOwner: true })", seed: 141 },
  { name: 'a lost create is sent again at the horizon', file: engine('create/decide-settle.ts'), find: 'if (sendAgainAfterMs !== null && candidates.length === 0) {\n    if (sinceSentMs < sendAgainAfterMs)', replace: 'if (candidates.length === 0) {\n    if (sinceSentMs < 0)', seed: 65 },
  { name: 'a lost create is sent again sooner than set', file: engine('steps/create/settle.ts'), find: 'sendAgainMinutes * 60_000', replace: 'sendAgainMinutes * 6_000', seed: 1703 },
  { name: 'a create whose turn died is sent again', file: engine('steps/create/take-up-lost-send.ts'), find: "if (attempt?.isCompleted && attempt.effect === 'none')", replace: 'if (attempt)', seed: 7 },
  { name: 'a create is repeated when its answer is lost', file: engine('steps/create/send.ts'), find: 'const sent = await sendAttempt(scope, run.panel.create(body), intent.at)', replace: "let sent = await sendAttempt(scope, run.panel.create(body), intent.at)\n  if (!sent.answer.ok && sent.answer.error.effect === 'unknown') sent = await sendAttempt(scope, run.panel.create(body), intent.at)", seed: 4 },
  { name: 'any new server is taken for the ordered one', file: engine('create/find-candidates.ts'), find: 'candidate.differences.length === 0', replace: 'candidate.differences.length >= 0', seed: 30 },
  { name: 'sizes are not compared', file: engine('create/find-candidates.ts'), find: 'wanted !== null && wanted !== actual', replace: 'wanted !== null && wanted === -1 && wanted !== actual', seed: 30 },
  { name: 'an order fails at the horizon although its effect is unknown', file: engine('steps/create/settle.ts'), find: 'return attention(concluded(code, params)', replace: 'if (candidates.length === 0) return { type: \'fail\', diagnosis: concluded(code, params) }\n  return attention(concluded(code, params)', seed: 4 },
  { name: 'a build is sent again although one may be under way', file: engine('decide-install.ts'), find: "if (sent === 'none') return state === 'unbuilt'", replace: "if (sent !== 'accepted') return state === 'unbuilt'", seed: 58 },
  { name: 'a build whose turn died is forgotten', file: engine('steps/create/install.ts'), find: "if (!last || last.id === overBuild || (last.isCompleted && last.effect === 'none')) return 'none'", replace: "if (last) return 'none'", seed: 630 },
  { name: 'a change whose turn died is sent again', file: engine('send-change.ts'), find: "if (!last || last.id ===", replace: "if (last) return 'none'\n  if (!last || last.id ===", seed: 17 },
  { name: 'a change is sent by what a turn before has read', file: engine('send-change.ts'), find: "  if (run.isResumed) return next('check')\n", replace: '', seed: 1 },
  { name: 'a restart with a lost answer is sent again', file: engine('decide-power.ts'), find: "if (kind === 'restart') return elapsedMs < limitMs ? 'look-again' : 'say-unknown'", replace: "if (kind === 'restart') return elapsedMs < limitMs ? 'look-again' : 'send-again'", seed: 1 },
  { name: 'a suspension is not read back', file: engine('steps/suspension/steps.ts'), find: 'isReached: read.remote.suspended === isWanted(run)', replace: 'isReached: true', seed: 5 },
  { name: 'a deletion is not read back', file: engine('steps/delete/steps.ts'), find: "  const decision = decideVerify({ isReached: false,", replace: "  if (elapsedMs >= 0) return deleted(run, 'succeeded')\n  const decision = decideVerify({ isReached: false,", seed: 5 },
  { name: 'a deletion that the panel holds is called done once it was taken', file: engine('steps/delete/steps.ts'), find: 'if (followed) return followed', replace: "if (followed) return deleted(run, 'succeeded')", seed: 9 },
  { name: 'a deletion that the panel is to hold is sent without its delay', file: engine('steps/delete/steps.ts'), find: 'run.panel.delete(id, readPanelDelay(run.operation) ?? 0)', replace: 'run.panel.delete(id)', seed: 9 },
  { name: 'uuid and owner are not compared', file: engine('find-mismatch.ts'), find: 'if (ours.virtfusionUuid !== null &&', replace: 'if (ours.virtfusionServerId !== null) return null\n  if (ours.virtfusionUuid !== null &&', seed: 58 },
  { name: 'a deletion is sent without a look', file: engine('steps/delete/steps.ts'), find: '  const read = await readBoundServer(run)\n  if (read.type === \'ended\') return read.isExchanged ? judgeExchanged(run, read.outcome) : read.outcome\n  if (read.type === \'gone\') return deleted(run, \'already_gone\')', replace: "  if (lifecycleBefore) return goSend(run, { lifecycleBefore, absentAt: null }, { writes: [{ type: 'server', patch: { lifecycle: 'deleting' } }] })\n  const read = await readBoundServer(run)\n  if (read.type === 'ended') return read.outcome\n  if (read.type === 'gone') return deleted(run, 'already_gone')", seed: 5 },
  { name: 'safe mode stops nothing', file: DATABASE, find: 'return this.safeModeSince !== null', replace: 'return this.safeModeSince === -1', seed: 11 },
  { name: 'the breaker on mass harm is not asked', file: engine('panel-gate.ts'), find: "await store.spendHarm(operation) === 'hold'", replace: "operation.id === 'nobody'", seed: 68 },
  { name: 'what the breaker holds is known by what it waits for', file: DATABASE, find: 'operation.harmHeldAt !== null &&', replace: "operation.state === 'waiting' && readDiagnosis(operation.diagnosis)?.code === 'mass_harm_stopped' &&", seed: 467 },
  { name: 'what the breaker holds is not seen while it is worked on', file: DATABASE, find: 'operation.harmHeldAt !== null &&', replace: "operation.state !== 'running' && operation.harmHeldAt !== null &&", seed: 467 },
  { name: 'an order that waits for its owner uses up the try whether the token works', file: engine('panel-gate.ts'), find: "operation.step === 'intend' ? null : await", replace: 'await', seed: 16 },
  { name: 'what a dead turn has sent is never closed', file: engine('advance-operation.ts'), find: "...(transition.isFinal ? [{ type: 'attempts-lost' as const }] : []),", replace: '', seed: 7 },
  { name: 'the timeline is not chained', file: engine('event-chain.ts'), find: '    last = hash\n', replace: '', seed: 1 },
  // Bugs of the store on PostgreSQL.
  { name: 'PostgreSQL does not ask for the lease when a call is noted', file: engine('postgres/attempts.ts'), find: 'and lease_token = ${lease.token} and ${MAY_SEND_UNDER_LEASE}', replace: 'and ${lease.token}::bigint >= 0 and ${MAY_SEND}', seed: 100_000, isOnSql: true },
  { name: 'PostgreSQL does not ask for the lease when a transition is written', file: engine('postgres/transition-statement.ts'), find: 'and lease_token = ${lease.token} and event_hash', replace: 'and ${lease.token}::bigint >= 0 and event_hash', seed: 100_000, isOnSql: true },
  { name: 'PostgreSQL lets two orders have one owner', file: engine('owner-lock.ts'), find: 'set owner_lock = ${ownerId}::int, updated_at', replace: 'set owner_lock = ${ownerId}::int + lease_token::int * 1000, updated_at', seed: 100_000, isOnSql: true },
  { name: 'PostgreSQL has no index on who has an owner', file: 'tests/chaos/stores/virtual-postgres.ts', find: 'create schema virtual;', replace: 'drop index operations_one_create_per_owner; create schema virtual;', seed: 100_000, isOnSql: true },
  { name: 'a server that was made for a customer who is switched off stays on', file: engine('follow-up.ts'), find: "...(isForDisabled(after, server) ? [{ type: 'suspend-for-disabled' as const }] : []),", replace: '', seed: 32 },
  { name: 'a system is installed for a customer who is switched off', file: engine('steps/create/install.ts'), find: "sent === 'none' && server.customer.disabledAt)", replace: "sent !== 'none' && server.customer.disabledAt)", seed: 204 },
  // Bugs that lives have found, put back.
  { name: 'a build that was closed as unknown is taken for none', file: engine('steps/create/install.ts'), find: "(last.isCompleted && last.effect === 'none')", replace: 'last.isCompleted', seed: 3160 },
  { name: 'a suspension by hand becomes ours because lifting it failed', file: engine('former-wish.ts'), find: 'if (wishedBefore === undefined) return', replace: 'if (wishedBefore !== null) return', seed: 2263, mode: 'mixed' },
  { name: 'an order is sent upon what was read before its lease ran out', file: DATABASE, find: "if (writes.some(({ type }) => type === 'attempt-begun')) this.requireMaySend(operation)", replace: "if (writes.some(({ type }) => type === 'attempt-begun')) this.refuseInSafeMode()", seed: 211082064 },
  { name: 'a heartbeat outlives its turn', file: engine('advance-operation.ts'), find: '    stop()\n', replace: '    if (claim.claims < 0) stop()\n', seed: 9 },
  { name: 'a lost order is sent anew without a fence', file: engine('steps/create/fence.ts'), find: 'async function removeUser(run: Run, escrow: Escrow): Promise<Outcome> {', replace: 'async function removeUser(run: Run, escrow: Escrow): Promise<Outcome> {\n  if (run) return wait(run.engine.settleMs, undefined, { learnt: { escrow: { ...escrow, goneAt: run.now().toISOString(), goneAtPanel: null } } })', seed: 2, mode: 'escrow' },
  { name: 'nothing is waited for after the fence', file: engine('steps/create/look-last.ts'), find: 'const { settleMs } = run.engine', replace: 'const settleMs = 0 * run.engine.settleMs', seed: 8, mode: 'escrow' },
  { name: 'nothing is looked for after the fence', file: engine('steps/create/look-last.ts'), find: 'listed.value.filter((row) => isOf(memory, row))', replace: 'listed.value.slice(0, 0)', seed: 87, mode: 'escrow' },
  { name: 'a server is handed over before it is bound', file: engine('steps/create/send.ts'), find: '  return next(onceBound(sentFor), {', replace: '  if (sentFor.escrow) await run.panel.changeOwner(remote.id, sentFor.escrow.recipientId)\n  return next(onceBound(sentFor), {', seed: 1, mode: 'escrow' },
  { name: 'a server is built before it is handed over', file: engine('create/once-bound.ts'), find: "return escrow ? 'transfer' : 'install'", replace: "return escrow ? 'install' : 'install'", seed: 1, mode: 'escrow' },
  { name: 'a deletion that the panel has taken is sent again because its turn came no further', file: engine('steps/delete/panel-delay.ts'), find: "  const last = await run.engine.store.findLastAttempt(run.operation.id, 'servers.delete')\n", replace: "  if (!readChangeMemory(run.operation).isLost) return null\n  const last = await run.engine.store.findLastAttempt(run.operation.id, 'servers.delete')\n", seed: 97_028_466 },
  { name: 'nobody is asked whether the customer still has his number', file: engine('find-owner-doubt.ts'), find: "if (ownerMode === 'plan') return null", replace: "if (ownerMode === 'plan' || ownerId > 0) return null", seed: 93_003_605, mode: 'mixed' },
  { name: 'a server is hidden by a lost one of its number', file: engine('create/look-for-server.ts'), find: 'if (wasThere(row) || bound.has(row.id)) continue', replace: 'if (wasThere(row) || bound.has(row.id) || held.has(row.id)) continue', seed: 6540, mode: 'mixed' },
  { name: 'what a stranger has by now under the number of a throw-away user is taken at the last look', file: engine('steps/create/look-last.ts'), find: '  if (doubt) return doubt\n', replace: '  if (doubt && !doubt) return doubt\n', seed: 122_002_250, mode: 'mixed' },
]
