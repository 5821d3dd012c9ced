/** Ids are those of the simulator's seed: packages 1 to 4, groups 1 (Amsterdam) and 2 (Frankfurt), user 2, templates 1 to 5. */
const features = (packageId: number, groupId: number) => ({
  virtfusion_package_id: packageId,
  virtfusion_user_id: 2,
  virtfusion_hypervisor_id: groupId,
  virtfusion_operating_system_id: 1,
  virtfusion_ipv4: 1,
})

export const PLANS = [
  { name: 'Dinghy', description: '1 core, 1 GB of memory, 20 GB of disk. Amsterdam.', features: features(1, 1) },
  { name: 'Sloop', description: '2 cores, 2 GB of memory, 40 GB of disk. Amsterdam.', features: features(2, 1) },
  { name: 'Schooner', description: '4 cores, 4 GB of memory, 80 GB of disk. Frankfurt.', features: features(3, 2) },
  { name: 'Clipper', description: '8 cores, 8 GB of memory, 160 GB of disk, unmetered. Frankfurt.', features: features(4, 2) },
] as const

/** The first one can sign in to the demo. */
export const CUSTOMERS = [
  { name: 'Mara Lindqvist', email: 'mara@example.com' },
  { name: 'Okonkwo & Sons', email: 'it@okonkwo.example.com' },
  { name: 'Tomáš Dvořák', email: 'tomas@example.com' },
  { name: 'Blue Heron Studio', email: 'hello@blueheron.example.com' },
  { name: 'Yuki Tanaka', email: 'yuki@example.com' },
  { name: 'Fjord Analytics', email: 'ops@fjord.example.com' },
  { name: 'Inês Carvalho', email: 'ines@example.com' },
  { name: 'Gemeindebibliothek Oberwiesenfeld am Kleinen Bach', email: 'technik@bibliothek.example.com' },
  { name: 'Ravi Patel', email: 'ravi@example.com' },
  { name: 'Northwind Games', email: 'servers@northwind.example.com' },
  { name: 'Aoife Byrne', email: 'aoife@example.com' },
  { name: 'Studio Kettle', email: 'kettle@example.com' },
] as const

/** [customer, plan, name, template] of the servers that are simply there. */
export const SERVERS: readonly (readonly [number, number, string, number])[] = [
  [0, 1, 'blog', 1], [0, 2, 'shop', 3], [0, 0, 'mail-relay', 2],
  [1, 3, 'erp-production', 4], [1, 1, 'erp-staging', 4], [1, 0, 'vpn', 1],
  [2, 0, 'homelab', 2], [2, 1, 'git', 1],
  [3, 2, 'portfolio', 3], [3, 1, 'render-queue', 3], [3, 0, 'preview', 3],
  [4, 1, 'minecraft', 3], [4, 0, 'matrix', 1],
  [5, 3, 'warehouse', 5], [5, 2, 'etl-1', 5], [5, 2, 'etl-2', 5], [5, 0, 'bastion', 1],
  [6, 0, 'weather-station', 1],
  [7, 2, 'catalogue-of-the-children-and-youth-department', 1], [7, 0, 'opac', 1],
  [8, 1, 'ci-runner', 3],
  [9, 3, 'match-eu-1', 1], [9, 3, 'match-eu-2', 1], [9, 2, 'lobby', 1],
  [10, 0, 'photos', 2],
  [11, 1, 'crm', 4],
]

export const SUSPENDED: Readonly<Record<string, string>> = {
  'shop': 'Invoice 2041 is overdue.',
  'minecraft': 'Outgoing attack traffic; see ticket 118.',
  'crm': 'Paused at the request of the customer.',
}
/** Minutes until the deletion. */
export const DELETED_LATER: Readonly<Record<string, number>> = { 'preview': 2 * 1440, 'erp-staging': 9 * 1440 }
export const DELETED: readonly string[] = ['opac']
export const SWITCHED_OFF: readonly string[] = ['mail-relay', 'homelab', 'etl-2']
export const RESTARTED: readonly string[] = ['blog', 'erp-production', 'portfolio', 'warehouse', 'etl-1', 'ci-runner', 'match-eu-1', 'match-eu-2', 'lobby', 'git']
