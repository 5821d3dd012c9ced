/** How long a link to set a password can be used, in ms. A first one may wait for its person; one that replaces a password opens an account that is in use. */
export const INVITATION_LIFE_MS = { first: 7 * 86_400_000, reset: 3_600_000 }
export type InvitationKind = keyof typeof INVITATION_LIFE_MS

/** A link that can still be used: not accepted, not over, and its person may sign in. */
export const openInvitation = (tokenHash: Uint8Array<ArrayBuffer>, now: Date) => ({ tokenHash, acceptedAt: null, expiresAt: { gt: now }, user: { disabledAt: null } })
