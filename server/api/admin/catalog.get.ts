import { CatalogQuerySchema, CatalogSchema } from '#shared/schemas/catalog.ts'
import { readCatalog } from '#server/domains/catalog/read-catalog.ts'
import { defineRoute } from '#server/utils/define-route.ts'

export default defineRoute(
  { access: 'admin', query: CatalogQuerySchema, response: CatalogSchema },
  async ({ call, query }) => readCatalog(call, query),
)
