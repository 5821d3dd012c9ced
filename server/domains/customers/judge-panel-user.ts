/** What is known of a panel's user who is to stand for a customer from now on. */
export interface PanelUserFacts {
  virtfusionUserId: number
  /** Null where the panel does not say. */
  isAdmin: boolean | null
  /** The name of another customer who has this user, or this relation. */
  takenBy: string | null
  /** A plan whose servers all go to this user. */
  sharedByPlan: string | null
  ownsServersOfOthers: boolean
  /** Stands for an order of its own, or did a while ago. */
  isThrowAway: boolean
}

/** Why a panel's user can't stand for a customer, as a sentence; null when nothing is against it. What is linked signs the customer in there, so nobody else may be behind it. Pure. */
export function judgePanelUser({ virtfusionUserId, isAdmin, takenBy, sharedByPlan, ownsServersOfOthers, isThrowAway }: PanelUserFacts): string | null {
  if (isAdmin === true) return 'This user is an administrator of the panel. A customer must not be signed in as one.'
  if (isAdmin === null) return 'The panel does not say whether this user is an administrator, so this user can\'t be linked.'
  if (takenBy !== null) return `This user is ${takenBy} already. Two customers can't be one user at the panel.`
  if (sharedByPlan !== null) return `User ${virtfusionUserId} owns all servers of the plan ${sharedByPlan}. A customer who is linked to this user could reach them all.`
  if (ownsServersOfOthers) return 'This user owns servers of other customers. One who is linked to this user could reach them.'
  return isThrowAway ? 'Berth made this user for a single order, and takes it away again.' : null
}
