import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { ClockState } from './clock.ts'
import type { LedgerEntry } from './ledger.ts'
import { defaultSettings, type Settings } from './settings.ts'
import { decodeState, encodeState, type State } from './state.ts'
import type { Token } from './tokens.ts'
import type { World } from './world.ts'

const FORMAT = 1
/** Older ledger entries are left out of the file, so that writing it stays quick. */
const KEPT_ENTRIES = 2000

interface Stored {
  format: number
  state: State
  settings: Settings
  tokens: Token[]
  clock: ClockState
  random: number
  ledger: LedgerEntry[]
}

/** Gives a world that an older simulator wrote what has been added since, so that a demo keeps its servers. */
function complete({ state, settings, ledger }: Stored) {
  const standard = defaultSettings()
  for (const block of state.blocks.values()) block.firstFree = 0
  // Spread over what stands in the file: keys that it lacks keep their defaults.
  const readings = { ...standard.readings, ...settings.readings }

  return {
    state: { ...state, moves: state.moves ?? [] },
    settings: { ...standard, ...settings, readings },
    ledger: ledger.map(entry => ({ ...entry, uuid: entry.uuid ?? null })),
  }
}

/** Writes the whole world to a file; readers see the old file or the new one, never half of one. */
export function saveWorld(world: World, file: string) {
  const stored: Stored = {
    format: FORMAT,
    state: world.state,
    settings: world.settings,
    tokens: world.tokens,
    clock: world.clock.state(),
    random: world.random.state(),
    ledger: world.ledger.entries.slice(-KEPT_ENTRIES),
  }
  const draft = `${file}.${process.pid}.new`
  writeFileSync(draft, encodeState(stored), { mode: 0o600 })
  renameSync(draft, file)
}

function readStored(file: string): Stored {
  let stored: unknown
  try {
    stored = decodeState(readFileSync(file, 'utf8'))
  }
  catch (error) {
    throw new Error(`The state file ${file} can't be read (${error instanceof Error ? error.message : String(error)}). Move it away to begin anew, or name another one with --state.`, { cause: error })
  }
  const format: unknown = typeof stored === 'object' && stored !== null && 'format' in stored ? stored.format : undefined
  if (format !== FORMAT) throw new Error(`The state file ${file} has format ${String(format)}; this simulator reads format ${FORMAT}. Move it away to begin anew, or name another one with --state.`)

  return stored as Stored
}

/** Loads a file that `saveWorld` wrote; a missing file leaves the fresh world. Throws with the file and what to do when it cannot be understood. */
export function loadWorld(world: World, file: string): boolean {
  if (!existsSync(file)) return false

  const stored = readStored(file)

  // Time went on while the simulator was off, as it would for a real panel.
  world.clock.restore({ ...stored.clock, simulated: Math.max(stored.clock.simulated, stored.clock.mode === 'run' ? Date.now() : 0) })
  const { state, settings, ledger } = complete(stored)
  world.state = state
  world.touch()
  world.settings = settings
  world.tokens = stored.tokens
  world.random.restore(stored.random)
  world.ledger.restore(ledger)

  return true
}
