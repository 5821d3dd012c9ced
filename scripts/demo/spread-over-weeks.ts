import type { Database } from '../../server/db/open-database.ts'

/**
 * Moves what was just made back in time, each server with its operations, events, calls and audit rows by the same amount, so that the lists
 * show weeks of activity in a believable order. Amounts come from the rows' ids: the same data looks the same at each making.
 */
export async function spreadOverWeeks({ pool }: Database): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    // The audit log refuses changes by a trigger; sample rows are moved before anybody has seen them.
    await client.query('set local session_replication_role = replica')
    await client.query(`create temporary table moves on commit drop as
      select id server_id, make_interval(hours => case when lifecycle = 'failed' then 60 else 100 + abs(hashtext(id::text)) % 900 end, mins => abs(hashtext(reference)) % 60) by_time
      from servers where lifecycle <> 'provisioning'
        and not exists (select from operations o where o.server_id = servers.id and o.state in ('needs_attention', 'queued', 'running'))`)
    // A later operation stays later than the order, and earlier than now.
    await client.query(`create temporary table operation_moves on commit drop as
      select o.id operation_id, o.server_id,
        case when o.state = 'failed' then make_interval(hours => 5 + abs(hashtext(o.id::text)) % 50) when o.kind = 'create' then m.by_time else m.by_time * (0.05 + (abs(hashtext(o.id::text)) % 80) / 100.0) end by_time
      from operations o join moves m using (server_id)
      where o.step <> 'scheduled'`)
    await client.query(`update operations o set created_at = o.created_at - by_time, started_at = o.started_at - by_time, finished_at = o.finished_at - by_time
      from operation_moves m where m.operation_id = o.id`)
    await client.query('update operation_events e set created_at = e.created_at - by_time from operation_moves m where m.operation_id = e.operation_id')
    await client.query(`update provisioning_logs l set created_at = l.created_at - by_time, completed_at = l.completed_at - by_time
      from operation_moves m where m.operation_id = l.operation_id`)
    await client.query('update servers s set created_at = s.created_at - by_time, deleted_at = s.deleted_at - by_time / 2 from moves m where m.server_id = s.id')
    await client.query(`update servers s set suspended_at = o.finished_at from operations o
      where o.server_id = s.id and o.kind = 'suspend' and o.state = 'succeeded' and s.suspended_at is not null`)
    await client.query(`update audit_events a set created_at = o.created_at from operations o
      where a.entity = 'server' and a.entity_id = o.server_id::text and (a.request_id = o.request_id)`)
    await client.query(`update users u set created_at = coalesce((select min(created_at) from servers where customer_id = u.id), u.created_at) - interval '5 hours' where role = 'customer'`)
    await client.query(`update plans p set created_at = now() - interval '60 days', updated_at = now() - interval '60 days'`)
    await client.query(`update audit_events a set created_at = now() - interval '60 days' where entity = 'plan'`)
    await client.query(`update audit_events a set created_at = u.created_at from users u where a.entity = 'customer' and a.entity_id = u.id::text`)
    await client.query(`update notifications n set created_at = n.created_at - make_interval(hours => 3 + abs(hashtext(n.id::text)) % 700), read_at = now()
      where code not in ('provisioning_needs_attention', 'provisioning_failed')`)
    await client.query('commit')
  }
  catch (error) {
    await client.query('rollback')
    throw error
  }
  finally {
    client.release()
  }
}
