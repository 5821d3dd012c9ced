import { SafeModeReportSchema } from '#shared/schemas/identity.ts'
import { reportDifferences } from '#server/domains/identity/report-differences.ts'
import { defineRoute } from '#server/utils/define-route.ts'

/** Reads the panel's whole list, so it is made when somebody asks for it. */
export default defineRoute({ access: 'admin', response: SafeModeReportSchema }, async ({ call }) => reportDifferences(call))
