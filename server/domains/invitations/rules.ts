/** How long a link to set a password can be used, in ms. */
export const INVITATION_LIFE_MS = 7 * 86_400_000

/** A link that can still be used: not accepted, not over, and its person may sign in. */
export const openInvitation = (tokenHash: Uint8Array<ArrayBuffer>, now: Date) => ({ tokenHash, acceptedAt: null, expiresAt: { gt: now }, user: { disabledAt: null } })
