import type { OwnedServer } from '#shared/schemas/operations.ts'

interface Adoption {
  virtfusionServerId: number
  /** Whose it is at the panel, and whose the order is. */
  owner: { expected: number, actual: number | null }
  /** The owner had it before the order was sent. */
  wasThere: boolean
  /** The reference of the server of ours that it stands for already. */
  boundTo: string | null
  /** A row of ours that is gone at the panel has its number still; by its reference, where that is known. */
  isNumberHeld: boolean
  holder?: string | null
  /** False when the token may not read it. */
  isReadable: boolean
}

/** `reason` is the machine's code for the sentence. */
export type Refusal = { reason: string, detail: string }

/** Why a remote server can't be adopted for an order; null when it can. A binding is for good, so what can't be the ordered server is refused. Pure. */
export function judgeAdoption({ virtfusionServerId, owner, wasThere, boundTo, isNumberHeld, holder, isReadable }: Adoption): Refusal | null {
  if (boundTo !== null) return { reason: 'already_bound', detail: `Number ${virtfusionServerId} is ${boundTo} already. One server at the panel can't stand for two of Berth.` }
  if (isNumberHeld) return { reason: 'number_held', detail: `${holder ?? 'Another server of Berth'} still has number ${virtfusionServerId}, although that one is gone at the panel. Delete ${holder ?? 'it'} in Berth first, which touches nothing at the panel; then adopt.` }
  if (wasThere) return { reason: 'was_there_before', detail: `Number ${virtfusionServerId} was there before the order was sent, so it can't be the ordered one.` }
  if (owner.actual !== owner.expected) return { reason: 'other_owner', detail: `This server belongs to the panel's user ${owner.actual ?? 'unknown'}, not to ${owner.expected}.` }
  if (!isReadable) return { reason: 'unreadable', detail: 'The API token may not read this server, so Berth can\'t make sure that it is the right one.' }
  return null
}

/** Why a create must not be sent again, as the owner's servers stand; null when nothing speaks against it. Pure. */
export function judgeSecondTry(servers: readonly Pick<OwnedServer, 'virtfusionServerId' | 'isNew' | 'boundTo' | 'differences'>[] | null): Refusal | null {
  if (servers === null) return { reason: 'panel_unavailable', detail: 'The owner\'s servers can\'t be read, so nobody knows whether the server exists by now. Sending again could make a second one.' }
  const unclaimed = servers.filter(({ isNew, boundTo }) => isNew && boundTo === null)
  const clean = unclaimed.find(({ differences }) => differences.length === 0)
  if (clean) return { reason: 'candidate_exists', detail: `The panel has a new server, number ${clean.virtfusionServerId}, that is exactly what was ordered. Adopt it instead.` }
  if (unclaimed.length === 0) return null
  const numbers = unclaimed.map(({ virtfusionServerId }) => virtfusionServerId).join(', ')
  return {
    reason: 'candidate_exists',
    detail: `The owner has new servers that belong to nobody in Berth: number ${numbers}. One of them may be this order. Adopt it, or delete it at the panel, or abandon this order and order anew.`,
  }
}
