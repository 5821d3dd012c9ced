import { removeServer } from './servers.ts'
import type { Due, QueueItem, Server } from './state.ts'
import type { World } from './world.ts'

interface TaskInput {
  /** Name of the due thing that ends the work. */
  kind: string
  action: string
  job: string
  steps: string[]
  /** Simulated ms. */
  duration: number
  cause: number
  /** Text of the failure when the work shall fail. */
  failure: string | null
  data?: Record<string, unknown>
}

const KEPT_ITEMS = 5000

/** Queue items age out, as they do in the panel. */
function forgetOldItems({ state: { queue } }: World) {
  if (queue.size <= KEPT_ITEMS) return
  const oldest = queue.values().next().value
  if (oldest && oldest.finished !== null) queue.delete(oldest.id)
}

/** Puts work for a server into the queue; the server is locked until it ends. */
export function startTask(world: World, server: Server, input: TaskInput): QueueItem {
  const now = world.now()
  const id = world.takeId('queue')
  const item: QueueItem = {
    id,
    jobId: String(id * 7 + 13),
    job: `App\\Jobs\\Server\\KVM\\${input.job}`,
    action: input.action,
    hypervisorId: server.hypervisorId,
    serverId: server.id,
    started: now,
    ends: now + input.duration,
    finished: null,
    failed: false,
    message: null,
    steps: input.steps,
  }
  world.state.queue.set(id, item)
  forgetOldItems(world)
  server.working.push(input.kind)
  world.schedule({
    at: item.ends, kind: input.kind, serverId: server.id, queueId: id, cause: input.cause,
    data: { ...input.data, ...(input.failure !== null && { failure: input.failure }) },
  })

  return item
}

function finish(world: World, server: Server, due: Due): boolean {
  const failure = typeof due.data.failure === 'string' ? due.data.failure : null
  const index = server.working.indexOf(due.kind)
  if (index >= 0) server.working.splice(index, 1)
  server.lastWork = due.at
  server.updated = due.at

  const item = due.queueId === null ? undefined : world.state.queue.get(due.queueId)
  if (item) {
    item.finished = due.at
    item.failed = failure !== null
    item.message = failure
  }

  return failure === null
}

function setPower(server: Server, power: Server['power'], at: number) {
  server.power = power
  server.powerSince = at
  // What waited for the next start or stop happens with it.
  server.pending = []
}

function endBuild(world: World, server: Server, due: Due) {
  const succeeded = finish(world, server, due)
  server.configLevel = 0
  if (!succeeded) {
    server.state = 'failed'
    server.buildFailed = world.settings.readings.failedBuildFlag
    setPower(server, 'stopped', due.at)
    world.recordOwn('server.build-failed', { serverId: server.id }, due.cause)
    world.emit({ id: 3, name: 'server.build', status: 'fail', serverId: server.id })
    return
  }

  server.commissionStatus = 3
  server.state = 'complete'
  server.buildFailed = false
  // Told in whole seconds, and no panel ends two builds of a server within one, however fast this one works.
  server.built = Math.max(due.at, (server.built ?? 0) + 1_000)
  setPower(server, 'running', due.at)
  world.recordOwn('server.built', { serverId: server.id }, due.cause)
  world.emit({ id: 3, name: 'server.build', status: 'success', serverId: server.id })
}

function assignIpv6(world: World, server: Server, due: Due) {
  const groupId = world.state.hypervisors.get(server.hypervisorId)?.groupId
  const block = [...world.state.blocks.values()].find(({ type, groupId: group }) => type === 6 && group === groupId)
  if (!block || server.ipv6.length > 0) return

  const number = block.nextSubnet
  block.nextSubnet += 1
  server.ipv6.push({ id: world.takeId('ipv6'), subnet: `${block.prefix ?? ''}${number.toString(16)}::`, blockId: block.id })
  world.recordOwn('server.ipv6-assigned', { serverId: server.id }, due.cause)
  world.emit({ id: 4, name: 'server.assign.ipv6', status: 'success', serverId: server.id })
}

function endSuspension(world: World, server: Server, due: Due, suspended: boolean) {
  if (!finish(world, server, due)) return
  server.suspended = suspended
  if (suspended) {
    server.powerBeforeSuspension = server.power
    setPower(server, 'stopped', due.at)
  }
  else if (server.commissionStatus === 3) {
    setPower(server, server.powerBeforeSuspension, due.at)
  }
  world.recordOwn(suspended ? 'server.suspended' : 'server.unsuspended', { serverId: server.id }, due.cause)
}

function beginDestroy(world: World, server: Server, due: Due) {
  server.deleteLevel = 1
  server.deleteDue = due.at
  server.working.push('destroy.end')
  world.schedule({ at: due.at + world.duration('destroy'), kind: 'destroy.end', serverId: server.id, queueId: null, cause: due.cause, data: {} })
}

function endDestroy(world: World, server: Server, due: Due) {
  world.emit({ id: 2, name: 'server.destroy', status: 'success', serverId: server.id })
  world.recordOwn('server.deleted', { serverId: server.id }, due.cause, { uuid: server.uuid })
  removeServer(world, server)
}

const WORK: Record<string, (world: World, server: Server, due: Due) => void> = {
  'build.running': (_world, server, due) => {
    server.commissionStatus = 2
    server.updated = due.at
  },
  'build.end': endBuild,
  'ipv6': assignIpv6,
  'suspend': (world, server, due) => endSuspension(world, server, due, true),
  'unsuspend': (world, server, due) => endSuspension(world, server, due, false),
  'power': (world, server, due) => {
    if (!finish(world, server, due)) return
    if (due.data.isGraceful === true && server.ignoresShutdown) return
    const power = due.data.to === 'running' ? 'running' : 'stopped'
    server.rescue = null
    setPower(server, power, due.at)
    world.recordOwn(`server.${power === 'running' ? 'started' : 'stopped'}`, { serverId: server.id }, due.cause)
  },
  'password': (world, server, due) => {
    if (finish(world, server, due)) world.recordOwn('server.password-changed', { serverId: server.id }, due.cause)
  },
  'rescue': (world, server, due) => {
    if (finish(world, server, due)) world.recordOwn('server.rescue-started', { serverId: server.id }, due.cause)
  },
  'destroy.begin': beginDestroy,
  'destroy.end': endDestroy,
}

/** Applies one due thing to its server; nothing happens when the server is gone. */
export function applyDue(world: World, due: Due) {
  const server = world.state.servers.get(due.serverId)
  const work = WORK[due.kind]
  if (server && work) work(world, server, due)
}
