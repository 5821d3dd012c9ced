import { z } from 'zod'
import { PUSHED_SIZES, type PushedSize } from '#shared/lifecycle/drift.ts'
import type { PanelAnswer } from '../../call-panel.ts'
import { readFacts } from '../../observation.ts'
import { next } from '../../outcome.ts'
import type { Run } from '../../run.ts'
import { setValue } from '../set-value.ts'

const InputSchema = z.object({ field: z.enum(PUSHED_SIZES), value: z.number().int().min(0) })

const inputOf = ({ operation }: Pick<Run, 'operation'>) => InputSchema.parse(operation.input)

const SEND: Record<PushedSize, (run: Run, virtfusionServerId: number, value: number) => Promise<PanelAnswer<unknown>>> = {
  memoryMb: ({ panel }, id, memory) => panel.modifyMemory(id, memory),
  cpuCores: ({ panel }, id, cores) => panel.modifyCpuCores(id, cores),
  trafficGb: ({ panel }, id, traffic) => panel.modifyTraffic(id, traffic),
}

/** Gives a server one size. The panel shows it at once; a guest that runs has it after its next restart. */
export const resizeSteps = setValue({
  isSo(run, remote) {
    const { field, value } = inputOf(run)
    return readFacts(remote)[field] === value
  },
  send(run, id) {
    const { field, value } = inputOf(run)
    return SEND[field](run, id, value)
  },
  onAbsent: () => next('check'),
  patch(run) {
    const { field, value } = inputOf(run)
    return { [field]: value }
  },
})
