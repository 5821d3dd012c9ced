import { Prisma } from '../../generated/prisma/client.ts'

/** What must never be, as far as our own tables can tell it. The same rules, and more, are asked of every event of the simulation: docs/develop/chaos.md. */
export const INVARIANTS = ['sent_twice_at_once', 'sent_again_unsettled', 'failed_unsettled', 'built_over_delivered', 'changed_in_safe_mode', 'left_without_outcome', 'timeline_broken'] as const
export type Invariant = (typeof INVARIANTS)[number]

/** Operations for which something was sent or read lately: nothing else can have broken a rule since the last look. */
const MOVED = Prisma.sql`select distinct operation_id as id from provisioning_logs where created_at > now() - interval '1 hour' and operation_id is not null`

/** How many creates of an operation may have had an effect, and how often that was settled: by a fence, by the host's setting, or by a person. */
const CREATES = Prisma.sql`
  select o.id, o.server_id, o.state,
    (select count(*) from provisioning_logs l where l.operation_id = o.id and l.action = 'servers.create' and l.completed_at is null) as open,
    (select count(*) from provisioning_logs l where l.operation_id = o.id and l.action = 'servers.create' and l.effect <> 'none') as doubtful,
    (select count(*) from operation_events e where e.operation_id = o.id and e.code in ('fenced', 'sent_again', 'released_by_person')) as settled
  from moved join operations o on o.id = moved.id where o.kind = 'create'`

/** One that ends by an admin's word may have a call on its way, whose outcome is written down when it ends. */
const OUTCOME_TIME = Prisma.sql`interval '10 minutes'`
/** Safe mode is entered by the clock of a process, attempts are written by the database's. */
const CLOCKS = Prisma.sql`interval '1 minute'`

/** Operations that break a rule, by rule and oldest first, at most a hundred. `S2` and the like are the rules' names in the simulation. */
export const FIND_BREACHES = Prisma.sql`
  with moved as (${MOVED}), creates as (${CREATES}), breaches as (
    select 'sent_twice_at_once' as rule, id from creates where open > 1 -- S2
    union all
    select 'sent_again_unsettled', id from creates where doubtful > settled + 1 -- S3
    union all
    select 'failed_unsettled', c.id from creates c join servers s on s.id = c.server_id -- S8
      where c.state = 'failed' and s.virtfusion_server_id is null and c.doubtful > c.settled
    union all
    select distinct 'built_over_delivered', o.id from moved join operations o on o.id = moved.id -- S9
      join provisioning_logs l on l.operation_id = o.id and l.action = 'servers.build'
      join operations d on d.server_id = o.server_id and d.id <> o.id and d.kind in ('create', 'rebuild') and d.state = 'succeeded' and d.finished_at < l.created_at
      where o.kind <> 'rebuild'
    union all
    select distinct 'changed_in_safe_mode', l.operation_id from panel_identity i join provisioning_logs l on l.created_at > i.safe_mode_since + ${CLOCKS} -- S11
      where l.method <> 'GET' and l.operation_id is not null
    union all
    select distinct 'left_without_outcome', o.id from moved join operations o on o.id = moved.id -- S12
      join provisioning_logs l on l.operation_id = o.id and l.method <> 'GET' and l.completed_at is null
      where o.state in ('succeeded', 'failed', 'cancelled') and o.finished_at < now() - ${OUTCOME_TIME}
  )
  select b.rule, b.id, s.name, s.reference from breaches b join operations o on o.id = b.id join servers s on s.id = o.server_id order by o.created_at, b.rule limit 100`

/** The timelines of the newest operations that moved, each line with what the operation takes for its end. */
export const READ_TIMELINES = Prisma.sql`
  with moved as (${MOVED}), newest as (select o.id, o.event_hash, o.server_id from moved join operations o on o.id = moved.id order by o.created_at desc limit 200)
  select n.id, n.event_hash, s.name, s.reference, e.state, e.step, e.code, e.params, e.actor_id, e.previous_hash, e.hash
  from newest n join servers s on s.id = n.server_id left join operation_events e on e.operation_id = n.id order by n.id`
