import type { Hypervisor, IpBlock, Package, Server, User } from '../core/state.ts'
import { addressRange } from '../core/seed.ts'
import type { World } from '../core/world.ts'
import { Refusal } from '../http/answers.ts'
import { isRecord } from '../http/fields.ts'
import { allocateServer, wantedFrom } from '../resources/servers-create.ts'
import { requireKnown } from './require-known.ts'

export interface FillWish {
  /** How many servers to add. */
  servers: number
  /** Over how many new users they are spread; default one for every four servers. */
  owners?: number
}

export interface Filled { servers: number, owners: number, firstServerId: number, lastServerId: number }

const MOST_SERVERS = 100_000
/** Of the mix below, that leaves a quarter of a hypervisor's memory free. */
const SERVERS_PER_HYPERVISOR = 150
/** Packages in the mix of a shop: mostly small ones. */
const PACKAGE_MIX = [1, 1, 2, 1, 3, 1, 2, 4]
const GROUPS = [1, 2]
const DAY = 86_400_000
/** Servers were made over this time before now, and built at once. */
const DAYS_BACK = 300
const BUILD_MS = 6000

/** What is left of the benchmark range beside the blocks that are there from the start. */
const MORE_ADDRESSES = new Map<number, () => readonly string[]>([
  [1, () => addressRange('198.18', 16, 255)],
  [2, () => addressRange('198.19', 16, 255)],
])

const refuse = (text: string) => new Refusal(422, { errors: [text] })

function wholeNumber(wish: Record<string, unknown>, key: keyof FillWish, fallback: number | null, max: number): number {
  const value = wish[key] ?? fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value

  throw refuse(`${key} must be a whole number from 1 to ${max}`)
}

function addBlocks({ state }: World) {
  for (const groupId of GROUPS) {
    const name = `Group ${groupId}, second block`
    const first = [...state.blocks.values()].find(block => block.type === 4 && block.groupId === groupId)
    if (!first || [...state.blocks.values()].some(block => block.name === name)) continue
    const block: IpBlock = { ...first, id: Math.max(...state.blocks.keys()) + 1, name, addresses: MORE_ADDRESSES.get(groupId)?.() ?? [], firstFree: 0 }
    state.blocks.set(block.id, block)
  }
}

function addHypervisors(world: World, servers: number): Map<number, Hypervisor[]> {
  const { state } = world
  const added = new Map<number, Hypervisor[]>()
  for (const groupId of GROUPS) {
    const model = [...state.hypervisors.values()].find(({ groupId: group, prohibit }) => group === groupId && !prohibit)
    if (!model) throw refuse(`group ${groupId} has no hypervisor`)
    const rows = Array.from({ length: Math.ceil(servers / GROUPS.length / SERVERS_PER_HYPERVISOR) }, (): Hypervisor => {
      const id = Math.max(...state.hypervisors.keys()) + 1
      const row = { ...model, id, name: `${model.name.slice(0, -3)}-${id}`, ip: `10.20.${groupId}.${id % 256}`, encryptedToken: world.random.text(64) }
      state.hypervisors.set(id, row)

      return row
    })
    added.set(groupId, rows)
  }

  return added
}

function addOwner(world: World): User {
  const id = world.takeId('users')
  const now = world.now()
  const user: User = {
    id, admin: false, extRelationId: null, relationStrings: [], selfService: 0, hourlyGroupProfiles: [], resourceGroupProfiles: [],
    hourlyResourcePack: null, name: `Customer ${id}`, email: `customer-${id}@fill.example`, suspended: false,
    password: world.random.text(30), created: now - DAYS_BACK * DAY, updated: now,
  }
  world.state.users.set(id, user)

  return user
}

function age(server: Server, created: number) {
  const built = created + BUILD_MS
  Object.assign(server, {
    commissionStatus: 3, state: 'complete', created, built, updated: built, lastWork: built, name: `vps-${server.id}`,
    hostname: `vps-${server.id}.fill.example`, templateId: 1 + server.id % 5, power: server.id % 10 === 0 ? 'stopped' : 'running', powerSince: built,
    backupPlanSince: built,
  })
}

/**
 * Makes a panel big: adds built servers of mixed sizes, spread over new owners, groups and the last 300 days, with the hypervisors and
 * addresses that they need.
 */
export function fillPanel(world: World, body: unknown): Filled {
  const wish = isRecord(body) ? body : {}
  requireKnown(['servers', 'owners'] satisfies (keyof FillWish)[], wish)
  const count = wholeNumber(wish, 'servers', null, MOST_SERVERS)
  const owners = wholeNumber(wish, 'owners', Math.ceil(count / 4), MOST_SERVERS)
  if (world.state.servers.size + count > MOST_SERVERS) throw refuse(`a panel holds ${MOST_SERVERS} servers at most`)

  addBlocks(world)
  const hypervisors = addHypervisors(world, count)
  const packages = PACKAGE_MIX.flatMap((id): Readonly<Package>[] => {
    const row = world.state.packages.get(id)

    return row ? [row] : []
  })
  const cause = world.recordOwn('panel.filled', { servers: count, owners }, null, wish)
  const people = Array.from({ length: owners }, () => addOwner(world))
  const now = world.now()
  const made: number[] = []
  for (let index = 0; index < count; index += 1) {
    const rows = hypervisors.get(GROUPS[index % GROUPS.length] ?? 0) ?? []
    // One hypervisor after the other, so that each gets the whole mix.
    const number = Math.floor(index / GROUPS.length)
    const [packageRow, hypervisor] = [packages[number % packages.length], rows[Math.floor(number / SERVERS_PER_HYPERVISOR)]]
    const owner = people[index % people.length]
    if (!packageRow || !hypervisor || !owner) throw refuse('the catalogue is not the one that a panel starts with')
    const server = allocateServer(world, { ownerId: owner.id, packageRow, hypervisor, wanted: wantedFrom(packageRow) })
    age(server, now - Math.floor((count - index) / count * DAYS_BACK * DAY))
    made.push(server.id)
    world.recordOwn('server.made-by-hand', { serverId: server.id, userId: owner.id }, cause)
  }

  return { servers: count, owners, firstServerId: made[0] ?? 0, lastServerId: made.at(-1) ?? 0 }
}
