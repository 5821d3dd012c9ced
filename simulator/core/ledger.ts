export interface LedgerEntry {
  number: number
  /** Simulated time, ISO. */
  at: string
  /** For example `server.created`; a refused or lost request leaves none. */
  effect: string
  /** For example `POST /servers`; null for effects of the panel's own work and of changes by hand. */
  operation: string | null
  path: string | null
  requestId: string | null
  /** Name of the token, never the token itself. */
  token: string | null
  /** Number of the call in the call list; joins an effect to how its answer was sent. */
  call: number | null
  /** Number of the entry that led to this one, for effects that come later. */
  cause: number | null
  ids: Record<string, number>
  /** Of the server in `ids`: ids come back after a restore, uuids do not. Null for effects that are about no server. */
  uuid: string | null
  body: unknown
}

export interface CallEntry {
  number: number
  at: string
  operation: string
  path: string
  requestId: string | null
  token: string | null
  status: number | null
  /** How the call ended for the caller. */
  ended: 'answered' | 'dropped' | 'hung' | 'truncated'
  fault: string | null
}

const KEPT_CALLS = 20_000
const KEPT_EFFECTS = 200_000

export interface Ledger {
  entries: LedgerEntry[]
  calls: CallEntry[]
  add(entry: Omit<LedgerEntry, 'number'>): LedgerEntry
  addCall(entry: Omit<CallEntry, 'number'>): CallEntry
  restore(entries: LedgerEntry[]): void
  clear(): void
}

/** The ground truth for tests: every effect with its cause, and the calls that arrived. */
export function createLedger(): Ledger {
  let calls = 0
  let effects = 0

  const ledger: Ledger = {
    entries: [],
    calls: [],
    add(entry) {
      const stored = { ...entry, number: effects += 1 }
      ledger.entries.push(stored)
      // Trimmed in halves, so that the cost stays flat under load.
      if (ledger.entries.length > KEPT_EFFECTS * 2) ledger.entries = ledger.entries.slice(-KEPT_EFFECTS)

      return stored
    },
    addCall(entry) {
      const stored = { ...entry, number: calls += 1 }
      ledger.calls.push(stored)
      if (ledger.calls.length > KEPT_CALLS * 2) ledger.calls = ledger.calls.slice(-KEPT_CALLS)

      return stored
    },
    restore(entries) {
      ledger.entries = entries
      effects = entries.at(-1)?.number ?? 0
    },
    clear() {
      ledger.entries = []
      ledger.calls = []
      calls = 0
      effects = 0
    },
  }

  return ledger
}
