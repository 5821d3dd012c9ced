/** What somebody typed, to be found as a part of a text. Prisma hands these signs on to LIKE as they are, where they would stand for any text. */
export const escapeLike = (search: string) => search.replace(/[\\%_]/g, '\\$&')

/** A filter: the text has this in it, in capitals or not. */
export const containing = (search: string) => ({ contains: escapeLike(search), mode: 'insensitive' as const })
