import { Prisma } from '../generated/prisma/client.ts'

const isRefusal = (code: string) => (error: unknown): boolean => error instanceof Prisma.PrismaClientKnownRequestError && error.code === code

/** Another row has this already. */
export const isTaken = isRefusal('P2002')

/** Other rows point to this one. */
export const isStillReferenced = isRefusal('P2003')
