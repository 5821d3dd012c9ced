import { toTemplates } from '../domains/catalog/serialize-catalog.ts'
import type { Run } from './run.ts'

/** What the panel calls the installed template; null when nothing is installed, or the token may not list templates. */
export async function readTemplateName({ server, panel }: Pick<Run, 'server' | 'panel'>): Promise<string | null> {
  const { virtfusionServerId, operatingSystemId, operatingSystemName } = server
  if (virtfusionServerId === null || operatingSystemId === null || operatingSystemName !== null) return operatingSystemName
  const listed = await panel.listTemplates(virtfusionServerId)
  if (!listed.ok) return null // a name is no reason to hold up a finished server
  return toTemplates(listed.value).find(({ id }) => id === operatingSystemId)?.name ?? null
}
