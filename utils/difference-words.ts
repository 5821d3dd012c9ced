import type { DifferenceKind } from '#shared/schemas/identity.ts'

interface Words { title: string, meaning: string }

/** What each group of the safe mode report holds, and what to make of it. */
export const DIFFERENCE_WORDS: Record<DifferenceKind, Words> = {
  same: { title: 'As Berth knows them', meaning: 'Number, uuid and owner are the same on both sides.' },
  missing: { title: 'Missing at the panel', meaning: 'Berth points to them, but the panel has no such number. Nothing is deleted here because of it.' },
  resurrected: { title: 'Back to life', meaning: 'Berth deleted them, and the panel has them again. They take up room until you delete them there.' },
  owner_changed: { title: 'Another owner', meaning: 'The same servers, but they belong to another user at the panel.' },
  uuid_differs: { title: 'Number taken by another server', meaning: 'The panel has the number, but it stands for another server. Berth changes nothing there.' },
  unknown: { title: 'Unknown to Berth', meaning: 'The panel has them, and no row of Berth points to them.' },
}
