import type { Db, Services } from '../../context.ts'
import { callPanel, type CallScope } from '../call-panel.ts'
import { nameEscrowUser } from '../create/escrow-name.ts'
import { engineOf } from '../engine-of.ts'
import { nameInstallation } from '../identity/installation-name.ts'
import { readSafeModeLeft } from '../identity/read-safe-mode.ts'
import { openPanel } from '../panel-port.ts'
import { markConnection } from '../../domains/settings/read-create-mode.ts'
import { readVirtfusionSettings } from '../../domains/settings/read-virtfusion-settings.ts'
import type { Bench } from './bench.ts'
import type { Made, ProbeState } from './probe-state.ts'
import { saveProbe } from './probe-store.ts'

export interface OpenBench {
  bench: Bench
  /** Address and token are those that the run began with: only then what it shows counts. */
  isSameConnection: boolean
  run(): ProbeState
  save(change: Partial<ProbeState>, also?: (tx: Db) => Promise<void>): Promise<void>
}

/**
 * The panel as a probe asks it: every call with its attempt row, but without a word to the panel's health, for a token that may make no users
 * must not pause the orders. Null where the panel is not the one any more that the run is about: what was made stands there, whatever the token.
 */
export async function openBench(services: Services, taken: ProbeState): Promise<OpenBench | null> {
  const client = await services.panel.client()
  const isSameConnection = markConnection(await readVirtfusionSettings(services)) === taken.connection
  if (!client || (taken.origin === null ? !isSameConnection : client.origin !== taken.origin)) return null
  const installation = await nameInstallation(services)
  const engine = { ...engineOf(services), health: { note: async () => {} } }
  const scope: CallScope = { engine, operationId: null, serverId: null, attempt: 1, requestId: taken.id }
  const panel = openPanel(client, scope)
  let run = taken
  const save: OpenBench['save'] = async (change, also) => {
    const next = { ...run, ...change }
    await saveProbe(services, next, also)
    run = next
  }
  const bench: Bench = {
    panel,
    createServer: (userId) => callPanel(scope, panel.create({ packageId: run.packageId, userId, hypervisorId: run.hypervisorGroupId, ipv4: 0 })),
    nameUser: (letter) => nameEscrowUser({ installation: `${installation}-check`, operationId: run.id, number: `${run.turn}${letter}` }),
    get made() { return run.made },
    remember: (made) => save({ made: [...run.made.filter((known) => !isSame(known, made)), made] }),
    forget: (gone) => save({ made: run.made.filter((known) => !gone.includes(known)) }),
    async sleep(ms) {
      // The job is taken up again by whoever comes next.
      if (services.stopping.aborted) throw new Error('Berth stops in the middle of a check')
      await engine.clock.sleep(ms)
    },
    async isSameEpoch() {
      const left = await readSafeModeLeft(services.db)
      return left === null || left < new Date(run.startedAt)
    },
    findBound: async (remotes) => (await engine.store.findBound(remotes, NO_SERVER)).bound,
  }
  return { bench, isSameConnection, run: () => run, save }
}

/** No row of ours is left out. */
const NO_SERVER = '00000000-0000-0000-0000-000000000000'

function isSame(one: Made, other: Made): boolean {
  if (one.kind === 'user') return other.kind === 'user' && one.relation === other.relation
  return other.kind === 'server' && one.id === other.id
}
