import type { About } from '#shared/schemas/settings.ts'
import packageJson from '../../../package.json' with { type: 'json' }
import type { Call } from '../../context.ts'

/** What runs here: for a report, and to compare with what the panel's own notes say. */
export async function readAbout({ db, env }: Call): Promise<About> {
  const [database, health] = await Promise.all([
    db.$queryRaw<{ server_version: string }[]>`show server_version`,
    db.panelHealth.findUnique({ where: { id: 'default' }, select: { version: true } }),
  ])
  return {
    version: packageJson.version,
    licence: packageJson.license,
    nodeVersion: process.versions.node,
    databaseVersion: database[0]?.server_version ?? '',
    panelVersion: health?.version ?? null,
    isDemo: env.BERTH_DEMO,
  }
}
