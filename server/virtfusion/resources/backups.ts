import type { Bind } from '../call.ts'
import { defineOperation, requireId } from '../operation.ts'
import { BackupSchema } from '../schemas/extras.ts'
import { list } from '../schemas/outputs.ts'

/** `GET /backups/server/{serverId}`. Making, restoring and deleting backups is not part of the API. */
const listBackupsByServer = defineOperation({
  operation: 'backups.listByServer',
  method: 'GET',
  path: '/backups/server/{serverId}',
  input: (serverId: number) => ({ params: { serverId: requireId('serverId', serverId) } }),
  output: list(BackupSchema),
})

export function backupsResource(bind: Bind) {
  return { listByServer: bind(listBackupsByServer) }
}
