import type { z } from 'zod'
import type { Catalog, CatalogQuerySchema } from '#shared/schemas/catalog.ts'
import type { Call } from '../../context.ts'
import { describeDiagnosis } from '../../messages/describe.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'
import { diagnose } from '../../virtfusion/diagnosis/diagnose.ts'
import { VirtFusionError } from '../../virtfusion/errors.ts'
import { keepShortly } from '../panel/keep-shortly.ts'
import { toGroup, toPackage, toTemplates } from './serialize-catalog.ts'

/** A form waits for this: without names it works as well, so it does not wait long. */
const PATIENCE_MS = 5_000

type Readable<T> = { state: 'known' | 'forbidden' | 'unknown', items: T[], diagnosis: Catalog['packages']['diagnosis'] }

/**
 * Names behind the panel's numbers: packages, hypervisor groups, and the templates of one package, each as far as the token may read it.
 * Without a package they are those of the first one that is switched on. What can't be read says so and why; it is never an empty list.
 * Kept for a minute per connection.
 */
export async function readCatalog(call: Call, { packageId }: z.output<typeof CatalogQuerySchema>): Promise<Catalog> {
  const client = await call.panel.client()
  if (client === null) {
    const unconfigured = { state: 'unknown' as const, items: [], diagnosis: describeDiagnosis({ code: 'panel_unconfigured', params: {} }) }
    return { packages: unconfigured, hypervisorGroups: unconfigured, templates: unconfigured }
  }

  const options = { requestId: call.requestId, timeoutMs: PATIENCE_MS, retries: 0 }
  const templatesOf = (id: number) => keepShortly(client, `templates of ${id}`, () => read(client, async () => toTemplates(await client.templates.fromPackage(id, options))))
  const readingPackages = keepShortly(client, 'packages', () => read(client, async () => (await client.packages.list(options)).map(toPackage)))
  const [packages, hypervisorGroups, templates] = await Promise.all([
    readingPackages,
    keepShortly(client, 'groups', () => read(client, async () => (await client.hypervisorGroups.listAll(options)).map(toGroup))),
    packageId === undefined ? readingPackages.then((known) => readFirstTemplates(known, templatesOf)) : templatesOf(packageId),
  ])
  return { packages, hypervisorGroups, templates }
}

/** Where no package can be named, nothing is known of templates either, for the same reason. */
async function readFirstTemplates({ state, items, diagnosis }: Catalog['packages'], templatesOf: (packageId: number) => Promise<Catalog['templates']>): Promise<Catalog['templates']> {
  const first = items.find(({ isEnabled }) => isEnabled)
  if (first) return templatesOf(first.id)
  return { state: state === 'known' ? 'unknown' : state, items: [], diagnosis }
}

async function read<T>(client: VirtFusionClient, list: () => Promise<T[]>): Promise<Readable<T>> {
  try {
    return { state: 'known', items: await list(), diagnosis: null }
  }
  catch (error) {
    if (!(error instanceof VirtFusionError)) throw error
    const diagnosis = describeDiagnosis(diagnose(error, { baseUrl: client.baseUrl }))
    return { state: error.kind === 'forbidden' ? 'forbidden' : 'unknown', items: [], diagnosis }
  }
}
