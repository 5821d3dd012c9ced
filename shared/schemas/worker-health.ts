import { z } from '../zod.ts'
import { MomentSchema } from './common.ts'

/** For admins. Set while no worker runs and something is due for a minute: since when, and how many operations wait for one. */
export const WorkerHealthSchema = z.object({ stalled: z.object({ waiting: z.number().int(), since: MomentSchema }).nullable() })
export type WorkerHealth = z.infer<typeof WorkerHealthSchema>
