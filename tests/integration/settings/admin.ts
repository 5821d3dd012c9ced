import type { Call } from '../../../server/context.ts'
import { callAs, type TestServices } from '../support/services.ts'

/** A call by an admin who exists as a row, so that screens can show the name. */
export async function callAsAdmin(services: TestServices): Promise<Call> {
  const email = 'ada@host.example'
  const { id } = await services.db.user.upsert({
    where: { email },
    create: { email, name: 'Ada Admin', role: 'admin' },
    update: {},
    select: { id: true },
  })
  return callAs(services, { id, name: 'Ada Admin', email, role: 'admin' })
}
