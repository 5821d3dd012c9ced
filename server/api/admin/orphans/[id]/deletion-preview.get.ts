import { previewOrphanDeletion } from '#server/domains/orphans/preview-deletion.ts'
import { defineRoute } from '#server/utils/define-route.ts'
import { IdParamsSchema } from '#shared/schemas/common.ts'
import { DeletionPreviewSchema } from '#shared/schemas/servers.ts'

export default defineRoute({
  access: 'admin',
  params: IdParamsSchema,
  response: DeletionPreviewSchema,
}, async ({ call, params }) => previewOrphanDeletion(call, params.id))
