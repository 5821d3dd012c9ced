import type { Identity } from '#shared/schemas/identity.ts'

/** Lets Berth keep a witness user at the panel, or do without one. `onKept` is called once it is allowed. */
export function useWitness(onKept: () => void) {
  const { run, pending, problem } = useAction()
  const save = (keepsWitness: boolean) => sendJson<Identity>('/api/admin/settings/identity', { method: 'PUT', body: { keepsWitness } })

  async function keep() {
    const success = ({ kind }: Identity) => (kind === 'witness' ? 'The witness user stands at the panel.' : 'The witness user is made with the next look at the panel.')
    if (await run(() => save(true), { success })) onKept()
  }

  return { save, keep, pending, problem }
}
