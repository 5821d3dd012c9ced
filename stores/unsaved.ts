import { defineStore } from 'pinia'

type HasChanges = () => boolean

/** The forms on the screen that ask before they are left, so that signing out can ask before the session ends. */
export const useUnsavedStore = defineStore('unsaved', () => {
  const forms = new Set<HasChanges>()

  /** Returns the function that takes the form out again. */
  function add(hasChanges: HasChanges): () => void {
    forms.add(hasChanges)
    return () => { forms.delete(hasChanges) }
  }

  return {
    add,
    has: (hasChanges: HasChanges) => forms.has(hasChanges),
    isAny: () => [...forms].some((hasChanges) => hasChanges()),
    /** What is unsaved was given up: no form asks again. */
    giveUp: () => forms.clear(),
  }
})
