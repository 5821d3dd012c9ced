import { z } from '../zod.ts'
import { DriftCountsSchema } from './drift.ts'
import { OperationListItemSchema } from './operations.ts'
import { PanelStatusSchema } from './panel.ts'

/** With how many orders wait until it is decided, or has gone on by itself. */
const HoldingOperationSchema = OperationListItemSchema.extend({ waitingBehind: z.number().int() })

export const DashboardSchema = z.object({
  panel: PanelStatusSchema,
  servers: z.object({
    total: z.number().int(),
    byState: z.record(z.string(), z.number().int()),
  }),
  customers: z.number().int(),
  plans: z.number().int(),
  /** What the sweep has found and nobody has decided on. */
  drift: DriftCountsSchema,
  needsAttention: z.array(HoldingOperationSchema),
  recentFailures: z.array(OperationListItemSchema),
  /** First those that others wait behind. */
  underWay: z.array(HoldingOperationSchema),
  /** The first steps of an empty Berth; each ticks itself off. */
  gettingStarted: z.object({
    panelConnected: z.boolean(),
    planMade: z.boolean(),
    customerAdded: z.boolean(),
    serverCreated: z.boolean(),
  }),
  hasSampleData: z.boolean(),
  /** What answers is the built-in stand-in, so nothing costs money; false as soon as an admin has saved another address. */
  isStandIn: z.boolean(),
})
export type Dashboard = z.infer<typeof DashboardSchema>
