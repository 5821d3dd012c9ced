import type { OperationKind } from '#shared/lifecycle/operations.ts'

/** From one step to another, and what for. Staying (a wait, a try again) and ending are no edges. The page `docs/develop/engine.md` draws the same ones. */
export interface Edge {
  from: string
  to: string
  why: string
  /** The test that takes it, where lives of the simulation come to it too seldom to ask for it in each run. */
  elsewhere?: string
}

const RARE = 'tests/unit/server/engine/create/rare-edges.spec.ts'

const CREATE: readonly Edge[] = [
  { from: 'prepare', to: 'intend', why: 'the owner at the panel is known, so what it owns can be listed' },
  { from: 'prepare', to: 'install', why: 'the server was bound already, by a fact of a turn that had lost its lease: ordering again would make a second one', elsewhere: RARE },
  { from: 'prepare', to: 'transfer', why: 'the same for a throw-away user: nothing is built before the server is the customer\'s', elsewhere: RARE },
  { from: 'intend', to: 'prepare', why: 'the customer\'s number was taken back or the user of the order can\'t be listed: the owner has to be found anew' },
  { from: 'intend', to: 'send', why: 'list and attempt row stand in the database: only now a lost answer can be told from none' },
  { from: 'intend', to: 'settle', why: 'the throw-away user owns something: an earlier attempt had an effect, and is looked for instead of sent again', elsewhere: 'tests/unit/server/engine/create/decide-escrow.spec.ts' },
  { from: 'intend', to: 'install', why: 'bound meanwhile by a fact', elsewhere: RARE },
  { from: 'intend', to: 'transfer', why: 'bound meanwhile by a fact, for a throw-away user', elsewhere: RARE },
  { from: 'send', to: 'install', why: '201 for the customer: the server is bound in the same commit' },
  { from: 'send', to: 'transfer', why: '201 for the throw-away user: the server is bound before it is given away' },
  { from: 'send', to: 'settle', why: 'nobody knows what came of the call, or the turn that sent it died: it is looked for, never sent again' },
  { from: 'send', to: 'intend', why: 'it is certain that nothing was made (never sent, too late, a refusal that passes): a new list and a new attempt row' },
  { from: 'settle', to: 'install', why: 'exactly one server fits: it is the order\'s' },
  { from: 'settle', to: 'transfer', why: 'the one server of the throw-away user is the order\'s' },
  { from: 'settle', to: 'fence', why: 'a minute of looking found nothing: the user is deleted, so that a request still under way is refused' },
  { from: 'settle', to: 'prepare', why: 'the host\'s setting sends again what has left no trace for so long by both clocks' },
  { from: 'fence', to: 'transfer', why: 'the last look through all servers found it after all, or a fact bound it' },
  { from: 'fence', to: 'settle', why: 'the panel refuses to delete the user because it owns something: that is the server' },
  { from: 'fence', to: 'prepare', why: 'the user is gone and so is every chance that the call takes effect: ordered anew for another user' },
  { from: 'transfer', to: 'install', why: 'a read shows the customer as the owner' },
  { from: 'install', to: 'await_install', why: 'a build was taken, or is under way already' },
  { from: 'install', to: 'confirm', why: 'it is built already, or nothing is to be built' },
  { from: 'install', to: 'settle', why: 'no server is bound after all, so there is nothing to name: it is looked for', elsewhere: RARE },
  { from: 'await_install', to: 'confirm', why: 'the panel says that the build is done, or the token may not read' },
  { from: 'await_install', to: 'install', why: 'the first build failed on a disk that never was complete, and the setting allows a second one' },
]

const SENT_ONCE: readonly Edge[] = [
  { from: 'check', to: 'send', why: 'uuid and owner are the ones of our row, and it is not so yet' },
  { from: 'send', to: 'check', why: 'nothing was sent (busy, away, held by the breaker, or come out of a wait), or the record is gone: what was read before says nothing any more' },
  { from: 'send', to: 'verify', why: 'the panel took it, or nobody knows: only a read tells' },
  { from: 'verify', to: 'check', why: 'the answer was lost and the change never showed: the same may be sent again after a new look' },
]

const DELETE: readonly Edge[] = [
  { from: 'scheduled', to: 'check', why: 'it is due, and nothing else is under way on its server' },
  ...SENT_ONCE,
  { from: 'check', to: 'await_deletion', why: 'the panel has taken a deletion with its delay, as it shows after a lost answer, or as a turn that came no further has written down: sent again it would count anew', elsewhere: 'tests/integration/engine/changes.spec.ts' },
  { from: 'verify', to: 'await_deletion', why: 'the panel holds the deletion, which is not due yet' },
  { from: 'await_deletion', to: 'verify', why: 'it is due, or somebody wants it looked at' },
]

const REBUILD: readonly Edge[] = [
  { from: 'check', to: 'send', why: 'uuid and owner are the ones of our row, and no build is under way' },
  { from: 'check', to: 'await_install', why: 'the answer was lost and a read shows the build, at once or when somebody tries again: it is waited for, never sent again' },
  { from: 'send', to: 'check', why: 'nothing was sent, or nobody knows: a build erases, so a read decides' },
  { from: 'send', to: 'await_install', why: 'the panel took it' },
  { from: 'await_install', to: 'confirm', why: 'the panel shows another time of building than before' },
]

const POWER = ['boot', 'shutdown', 'restart', 'poweroff'] as const

/** Every edge that an operation can take by itself, by the kinds that share them. */
export const EDGES: readonly { kinds: readonly OperationKind[], edges: readonly Edge[] }[] = [
  { kinds: ['create'], edges: CREATE },
  { kinds: ['suspend', 'unsuspend', 'rename', 'resize', 'transfer', ...POWER], edges: SENT_ONCE },
  { kinds: ['delete'], edges: DELETE },
  { kinds: ['rebuild'], edges: REBUILD },
]

/** What a life counts, by kind and steps. */
export const edgeOf = (kind: string, from: string, to: string) => `${kind} ${from} -> ${to}`

/** Fewer lives than these come past too little to ask for each edge. */
const LIVES = 5_000

export interface EdgeVerdict {
  known: number
  /** Taken, but on no list: a step goes where nobody has said why. */
  unlisted: string[]
  /** Listed, and taken by none of so many lives. Kinds that share an edge share its proof. */
  untaken: string[]
}

/** Whether the lives took every listed edge, and no other. */
export function judgeEdges(lives: number, counts: readonly [string, number][]): EdgeVerdict {
  const taken = new Map(counts)
  const listed = EDGES.map(({ kinds, edges }) => edges.map((edge) => ({ edge, names: kinds.map((kind) => edgeOf(kind, edge.from, edge.to)) }))).flat()
  const names = new Set(listed.flatMap((one) => one.names))
  return {
    known: listed.length,
    unlisted: [...taken.keys()].filter((name) => !names.has(name)),
    untaken: lives < LIVES ? [] : listed.filter((one) => one.edge.elsewhere === undefined && !one.names.some((name) => taken.has(name))).map((one) => one.names.join(', ')),
  }
}
