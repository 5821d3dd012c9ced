import type { AdoptLink, AdoptPreviewRow, AdoptResultRow } from '#shared/schemas/orphans.ts'

/** A line of a preview that can be adopted. */
export type AdoptableLine = NonNullable<AdoptPreviewRow['adopt']> & { line: number }

/** One customer and one owner are one question, on however many lines they stand together. */
const keyOf = ({ customer, virtfusionOwnerId, orphanId }: AdoptableLine) => `${customer.email} ${virtfusionOwnerId ?? orphanId}`

/** Which customers of a preview can be linked to the panel's users that own their servers, and which are still to be linked. */
export function useOwnerLinks(good: Ref<AdoptableLine[]>, results: Ref<AdoptResultRow[]>) {
  /** Off until somebody ticks it: nobody is linked without being asked for. */
  const isWanted = ref(false)
  const known = shallowRef(new Map<string, AdoptLink>())

  const of = (line: AdoptableLine): AdoptLink | undefined => line.link ?? known.value.get(keyOf(line))
  const firstOf = (lines: AdoptableLine[], key: (line: AdoptableLine) => string) => [...new Map(lines.toReversed().map((line) => [key(line), line])).values()].reverse()

  /** One line for each question that only the panel can answer. */
  const unknown = computed(() => firstOf(good.value.filter((line) => !of(line)), keyOf))
  const linkable = computed(() => firstOf(good.value.filter((line) => of(line)?.owner), ({ customer }) => customer.email))
  const resultOf = computed(() => new Map(results.value.map((result) => [result.line, result])))
  /** What came of the links, by the customers' addresses. */
  const told = computed(() => new Map(good.value.flatMap(({ line, customer }) => {
    const link = resultOf.value.get(line)?.link
    return link ? [[customer.email, link] as const] : []
  })))
  /** One adopted line for each customer who is to be linked and was not yet. */
  const left = computed(() => {
    if (!isWanted.value) return []
    return firstOf(good.value.filter((line) => of(line)?.owner && resultOf.value.get(line.line)?.server && !told.value.has(line.customer.email)), ({ customer }) => customer.email)
  })
  const customers = computed(() => new Set(good.value.map(({ customer }) => customer.email)).size)

  function learn(asked: readonly AdoptableLine[], answers: readonly AdoptPreviewRow[]) {
    const learnt = new Map(known.value)
    for (const { line, adopt, error } of answers) {
      const question = asked[line - 1]
      const link = adopt ? adopt.link : { owner: null, refusal: error }
      if (question && link) learnt.set(keyOf(question), link)
    }
    known.value = learnt
  }

  /** What becomes of a line's customer, in words; null where no links are wanted, or the panel was not asked yet. */
  function describe({ line, adopt }: AdoptPreviewRow): string | null {
    if (!isWanted.value || !adopt) return null
    const link = of({ line, ...adopt })
    const done = link?.owner ? told.value.get(adopt.customer.email) : undefined
    if (done) return done.error === null ? 'The customer is linked to the owner.' : `Not linked to the owner: ${done.error}`
    if (!link) return null
    return link.owner ? `The customer will be linked to the owner, user ${link.owner.virtfusionUserId}.` : `No link to the owner: ${link.refusal}`
  }

  function forget() {
    isWanted.value = false
    known.value = new Map()
  }

  return { isWanted, of, unknown, linkable, left, customers, learn, describe, forget }
}
