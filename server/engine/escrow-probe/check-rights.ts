import { MAX_INTEGER } from '#shared/schemas/common.ts'
import { isAbsent, unexpected, type Bench } from './bench.ts'

/** No panel has come this far: calls about it change nothing, and a refused permission shows all the same. */
const NOBODY = MAX_INTEGER

/** The token may do all that is needed, as far as that shows before anything is made. @throws PremiseError */
export async function checkRights({ panel, nameUser }: Bench): Promise<void> {
  const { relation } = nameUser('none')
  const asked = [
    () => panel.findUserByRelation(relation),
    () => panel.deleteUserByRelation(relation),
    () => panel.listServersOf(NOBODY),
    () => panel.getServer(NOBODY),
    () => panel.changeOwner(NOBODY, NOBODY),
    () => panel.delete(NOBODY),
    () => panel.listAllServers(),
  ]
  for (const ask of asked) {
    const answer = await ask()
    if (!answer.ok && !isAbsent(answer)) throw unexpected(answer)
  }
}
