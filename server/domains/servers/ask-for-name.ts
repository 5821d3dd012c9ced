import type { UpdateServer } from '#shared/schemas/servers.ts'
import type { Call } from '../../context.ts'
import { changeServer, type ChangeRequest } from './change-server.ts'
import { loadServer } from './load-server.ts'
import type { LoadedServer } from './load-servers.ts'

/**
 * The name is ours and changes at once; the operation carries it to the panel, whose staff reads it too. One that the panel does not take is taken back. The same name again
 * changes nothing. @throws AppError not_found, conflict
 */
export async function askForName(call: Call, request: ChangeRequest, { name }: UpdateServer): Promise<LoadedServer> {
  const before = await loadServer(call, request.serverId)
  if (before.name === name) return before
  const { server } = await changeServer(call, request, {
    action: 'rename',
    kind: 'rename',
    input: { name },
    memory: { nameBefore: before.name },
    patch: { name },
    audit: { action: 'server.renamed', before: { name: before.name }, after: { name } },
  })
  return server
}
