import { z } from 'zod'
import { next } from '../../outcome.ts'
import type { Run } from '../../run.ts'
import { setValue } from '../set-value.ts'

const InputSchema = z.object({ name: z.string().min(1) })

const nameOf = ({ operation }: Pick<Run, 'operation'>) => InputSchema.parse(operation.input).name

/** Gives a server its name at the panel. */
export const renameSteps = setValue({
  isHarmless: true,
  isSo: (run, remote) => remote.name === nameOf(run),
  send: (run, id) => run.panel.rename(id, nameOf(run)),
  onAbsent: () => next('check'),
  patch: (run) => ({ name: nameOf(run) }),
})
