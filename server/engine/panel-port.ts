import type { PowerAction, BuildServerBody, CreateServerBody } from '../virtfusion/resources/servers.ts'
import type { CreateUserBody } from '../virtfusion/resources/users.ts'
import type { VirtFusionServer } from '../virtfusion/schemas/servers.ts'
import { callPanel, type CallScope, type PanelCall } from './call-panel.ts'
import type { EngineClient } from './ports.ts'

/** What the engine asks of a panel, each call with its attempt row. Answers are values: steps decide, nothing is thrown at them. */
export type EnginePanel = ReturnType<typeof openPanel>

export function openPanel(client: EngineClient, scope: CallScope) {
  const { servers, users, queue, packages, templates } = client
  const call = <T>(panelCall: PanelCall<T>) => callPanel(scope, panelCall)
  return {
    scope,
    getServer: (id: number, options: { remoteState?: boolean } = {}) =>
      call({ describe: () => servers.get.request(id, options), send: (via) => servers.get(id, { ...options, ...via }) }),
    listServersOf: (ownerId: number) =>
      call({ describe: () => servers.listByUser.request(ownerId), send: (via) => servers.listByUser(ownerId, via) }),
    /** All servers of the panel, complete or an error. */
    listAllServers: () => call({ describe: () => servers.list.request({ page: 1 }), send: (via) => servers.listAll(via) }),
    getPackage: (id: number) => call({ describe: () => packages.get.request(id), send: (via) => packages.get(id, via) }),
    listTemplates: (serverId: number) => call({ describe: () => templates.fromServer.request(serverId), send: (via) => templates.fromServer(serverId, via) }),
    getQueueItem: (id: number) => call({ describe: () => queue.get.request(id), send: (via) => queue.get(id, via) }),
    findUser: (extRelationId: number) =>
      call({ describe: () => users.getByExtRelation.request(extRelationId), send: (via) => users.getByExtRelation(extRelationId, via) }),
    findUserByRelation: (relation: string) => call({
      describe: () => users.getByExtRelation.request(relation, { relStr: true }), send: (via) => users.getByExtRelation(relation, { relStr: true, ...via }),
    }),
    deleteUserByRelation: (relation: string) => call({
      describe: () => users.deleteByExtRelation.request(relation, { relStr: true }), send: (via) => users.deleteByExtRelation(relation, { relStr: true, ...via }),
    }),
    createUser: (body: CreateUserBody) => call({ describe: () => users.create.request(body), send: (via) => users.create(body, via) }),
    /** Not sent: the create protocol writes the attempt row together with its intent. */
    create: (body: CreateServerBody): PanelCall<VirtFusionServer> => ({ describe: () => servers.create.request(body), send: (via) => servers.create(body, via) }),
    build: (id: number, body: BuildServerBody) => call({ describe: () => servers.build.request(id, body), send: (via) => servers.build(id, body, via) }),
    suspend: (id: number) => call({ describe: () => servers.suspend.request(id), send: (via) => servers.suspend(id, via) }),
    unsuspend: (id: number) => call({ describe: () => servers.unsuspend.request(id), send: (via) => servers.unsuspend(id, via) }),
    /** `delay` in minutes: 0 but for a deletion that the panel itself is to hold. */
    delete: (id: number, delay = 0) => call({ describe: () => servers.delete.request(id, { delay }), send: (via) => servers.delete(id, { delay, ...via }) }),
    power: (id: number, action: PowerAction) => call({ describe: () => servers[action].request(id), send: (via) => servers[action](id, via) }),
    changeOwner: (id: number, newOwnerId: number) =>
      call({ describe: () => servers.changeOwner.request(id, newOwnerId), send: (via) => servers.changeOwner(id, newOwnerId, via) }),
    modifyMemory: (id: number, memory: number) =>
      call({ describe: () => servers.modifyMemory.request(id, memory), send: (via) => servers.modifyMemory(id, memory, via) }),
    modifyCpuCores: (id: number, cores: number) =>
      call({ describe: () => servers.modifyCpuCores.request(id, cores), send: (via) => servers.modifyCpuCores(id, cores, via) }),
    modifyTraffic: (id: number, traffic: number) =>
      call({ describe: () => servers.modifyTraffic.request(id, traffic), send: (via) => servers.modifyTraffic(id, traffic, via) }),
    rename: (id: number, name: string) => call({ describe: () => servers.rename.request(id, name), send: (via) => servers.rename(id, name, via) }),
  }
}
