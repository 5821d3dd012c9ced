import { allowedHarm, isHarmful } from '#shared/lifecycle/harm.ts'
import { HELD_LIST_LIMIT, type HeldOperation, type OpenAlarm, type Safety } from '#shared/schemas/safety.ts'
import type { Call, Db } from '../../context.ts'
import { readDiagnosis } from '../../engine/diagnosis.ts'
import { HELD, HELD_CODE } from '../../engine/harm/held-operations.ts'
import { readHarmUse } from '../../engine/harm/harm-store.ts'
import type { HarmAlarm, Operation, Prisma } from '../../generated/prisma/client.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import { describeCause } from '../../messages/en/causes.ts'
import { serializeActor } from '../operations/serialize-operation.ts'
import { findNames } from '../people/find-names.ts'
import { readGroup } from '../settings/registry.ts'

const SHOWN_DECISIONS = 20

const HELD_FORM = {
  select: {
    id: true, kind: true, actorKind: true, actorId: true, cause: true, createdAt: true, diagnosis: true,
    server: { select: { id: true, reference: true, name: true, customer: { select: { id: true, name: true } } } },
  },
} satisfies Prisma.OperationDefaultArgs

/** The breaker on mass harm: the alarm that waits for a decision with all that it holds, this hour's count, and earlier decisions. */
export async function getSafety({ db }: Call): Promise<Safety> {
  const [use, { value: settings }, open, decided] = await Promise.all([
    readHarmUse(db),
    readGroup(db, 'safety'),
    db.harmAlarm.findFirst({ where: { decidedAt: null } }),
    db.harmAlarm.findMany({ where: { decidedAt: { not: null } }, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: SHOWN_DECISIONS }),
  ])
  const names = await findNames(db, decided.map(({ decidedById }) => decidedById))
  return {
    alarm: open && await describeOpen(db, open),
    lastHour: { counted: use.counted, fleet: use.fleet, allowed: allowedHarm(settings, use.fleet) },
    decided: decided.flatMap((alarm) => toDecided(alarm, names)),
  }
}

const serializeAlarm = ({ id, counted, allowed, fleet, createdAt }: HarmAlarm) => ({ id, counted, allowed, fleet, createdAt: createdAt.toISOString() })

async function describeOpen(db: Db, alarm: HarmAlarm): Promise<OpenAlarm> {
  const [rows, heldCount] = await Promise.all([
    db.operation.findMany({ where: HELD, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: HELD_LIST_LIMIT, ...HELD_FORM }),
    db.operation.count({ where: HELD }),
  ])
  const names = await findNames(db, rows.map(({ actorId }) => actorId))
  return { ...serializeAlarm(alarm), held: rows.flatMap((row) => toHeld(row, names)), heldCount }
}

function toHeld(row: Prisma.OperationGetPayload<typeof HELD_FORM>, names: ReadonlyMap<string, string>): HeldOperation[] {
  if (!isHarmful(row.kind)) return []
  const actor = serializeActor(row, names.get(row.actorId ?? '') ?? null)
  return [{ id: row.id, kind: row.kind, server: row.server, actor, cause: describeCause(row.cause), askedAt: row.createdAt.toISOString(), alsoWaitsFor: findOtherWait(row) }]
}

function findOtherWait({ diagnosis }: Pick<Operation, 'diagnosis'>): string | null {
  const record = readDiagnosis(diagnosis)
  return record && record.code !== HELD_CODE ? describeDiagnosis(record).title : null
}

function toDecided(alarm: HarmAlarm, names: ReadonlyMap<string, string>): Safety['decided'] {
  const { decision, decidedAt, decidedById, reason } = alarm
  if (decidedAt === null) return []
  return [{
    ...serializeAlarm(alarm),
    decision: decision === 'cancelled' ? 'cancelled' : 'confirmed',
    reason: reason ?? '',
    decidedBy: names.get(decidedById ?? '') ?? 'Somebody who is gone',
    decidedAt: decidedAt.toISOString(),
  }]
}
