export { OPERATION_LABELS, OPERATION_STATE_LABELS } from '#shared/lifecycle/operation-labels.ts'

/** How many orders stand behind one that a person has to decide about. */
export const sayWaiting = (count: number) => `${count === 1 ? '1 order waits' : `${count.toLocaleString('en')} orders wait`} until this is decided`
