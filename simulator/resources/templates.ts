import type { Template } from '../core/state.ts'
import { plainDate } from '../core/dates.ts'
import { notFound, ok } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'

const END_OF_LIFE = Date.UTC(2024, 7, 14)

const templateShape = (template: Template) => ({
  id: template.id,
  name: template.name,
  version: template.version,
  variant: template.variant,
  arch: 1,
  description: template.description,
  icon: template.icon,
  eol: template.endOfLife,
  eol_date: plainDate(END_OF_LIFE),
  eol_warning: false,
  deploy_type: 1,
  vnc: false,
  type: template.type,
})

/** The templates that a package may install, grouped as the panel shows them. */
export function templatesFor(call: Call, packageId: number): Template[] {
  const row = call.state.packages.get(packageId)
  if (!row) throw notFound('package')

  return [...call.state.templates.values()].filter(({ minMemory }) => minMemory <= row.memory)
}

function grouped(templates: Template[]) {
  const names = [...new Set(templates.map(({ group }) => group))]

  return names.map((name, index) => {
    const members = templates.filter(({ group }) => group === name)

    return {
      name,
      description: `${name} images`,
      icon: members[0]?.icon ?? null,
      templates: members.map(templateShape),
      id: index + 1,
    }
  })
}

export const templateRoutes: Route[] = [
  { method: 'GET', path: '/servers/{id}/templates', handle: call => ok(grouped(templatesFor(call, call.server().packageId))) },
  {
    method: 'GET', path: '/media/templates/fromServerPackageSpec/{id}',
    handle: call => ok(grouped(templatesFor(call, call.id('id', 'package')))),
  },
]
