import { classifyFailure } from '../classify-failure.ts'
import type { EscrowName } from '../create/escrow-name.ts'
import { broken, isAbsent, isRefusal, need, unexpected, until, type Bench } from './bench.ts'

const SHOWS_WITHIN_MS = 10_000
const USER = { name: 'Berth check', selfService: 0, sendMail: false }

/** Makes a user of the probe's own, and waits until the panel shows it under its name. @throws PremiseError */
export async function makeUser(bench: Bench, letter: string): Promise<number> {
  const { relation, email } = bench.nameUser(letter)
  await bench.remember({ kind: 'user', relation, userId: null, isFound: false })
  const { id } = need(await bench.panel.createUser({ ...USER, email, relStr: relation }))
  await bench.remember({ kind: 'user', relation, userId: id, isFound: false })
  let shown: number | null = null
  await until(bench, SHOWS_WITHIN_MS, async () => {
    const found = await bench.panel.findUserByRelation(relation)
    if (!found.ok && !isAbsent(found)) throw unexpected(found)
    shown = found.ok ? found.value.id : null
    return shown !== null
  })
  if (shown !== id) throw broken('probe_relation_ignored', { userId: id })
  await bench.remember({ kind: 'user', relation, userId: id, isFound: true })
  return id
}

/** A name stands for one user only: otherwise a repeated call would make a second one. @throws PremiseError */
export async function checkRelation(bench: Bench): Promise<void> {
  await makeUser(bench, 'a')
  await refuseUser(bench, { relation: bench.nameUser('a').relation, email: bench.nameUser('a2').email }, 'probe_relation_not_unique')
}

/** So does an address. @throws PremiseError */
export async function checkEmail(bench: Bench): Promise<void> {
  await refuseUser(bench, { relation: bench.nameUser('c').relation, email: bench.nameUser('a').email }, 'probe_email_not_unique')
}

async function refuseUser(bench: Bench, { relation, email }: EscrowName, code: string): Promise<void> {
  if (!bench.made.some((made) => made.kind === 'user' && made.relation === relation)) await bench.remember({ kind: 'user', relation, userId: null, isFound: false })
  const answer = await bench.panel.createUser({ ...USER, email, relStr: relation })
  if (answer.ok) throw broken(code)
  if (!isRefusal(answer) || classifyFailure(answer.error) === 'absent') throw unexpected(answer)
}
