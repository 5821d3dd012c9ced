import { Prisma } from '../../generated/prisma/client.ts'
import type { KeptUser } from '../ports.ts'
import { isUniqueViolation, type Execute } from './sql.ts'

/** By then a request that was held up has arrived or never will; the simulation delivers them up to 66 minutes late. */
const RECENT_HOURS = 2

/**
 * Keeps a customer's user at the panel, unless one is known. A panel that came back from a backup gives numbers out again: one that an
 * undecided order still looks at, or that a throw-away user had whose create may still be under way, or another customer a moment ago, is not
 * kept yet.
 */
export async function keepPanelUser(execute: Execute, customerId: string, virtfusionUserId: number): Promise<KeptUser> {
  const [recent] = await execute(Prisma.sql`
    select where exists (select from escrow_users e where e.virtfusion_user_id = ${virtfusionUserId} and (e.gone_at > now() - make_interval(hours => ${RECENT_HOURS})
        or exists (select from provisioning_logs l where l.operation_id = e.operation_id and l.action = 'servers.create' and l.created_at > now() - make_interval(hours => ${RECENT_HOURS}))))
      or exists (select from operations o join servers s on s.id = o.server_id where o.owner_lock = ${virtfusionUserId}
        and (s.customer_id <> ${customerId}::uuid or exists (select from escrow_users e where e.operation_id = o.id and e.virtfusion_user_id = ${virtfusionUserId})))
      or exists (select from former_panel_users f where f.virtfusion_user_id = ${virtfusionUserId} and f.customer_id <> ${customerId}::uuid and f.forgotten_at > now() - make_interval(hours => ${RECENT_HOURS}))`)
  if (recent) return 'recent'
  try {
    await execute(Prisma.sql`update users set virtfusion_user_id = ${virtfusionUserId}, updated_at = now() where id = ${customerId}::uuid and virtfusion_user_id is null`)
    return 'kept'
  }
  catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    throw error
  }
}

/** Whether somebody else was ever known by this number: a customer, or a throw-away user of another name. */
export async function isGivenAgain(execute: Execute, virtfusionUserId: number, relation: string): Promise<boolean> {
  const [row] = await execute(Prisma.sql`
    select exists (select from escrow_users where virtfusion_user_id = ${virtfusionUserId} and relation <> ${relation})
      or exists (select from users where virtfusion_user_id = ${virtfusionUserId})
      or exists (select from former_panel_users where virtfusion_user_id = ${virtfusionUserId}) as given`)
  return row?.['given'] === true
}
