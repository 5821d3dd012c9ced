import { offsetDate } from '../core/dates.ts'
import { notFound, ok, type Answer } from '../http/answers.ts'
import type { Call } from '../http/call.ts'
import type { Route } from '../http/router.ts'

const MADE = Date.UTC(2025, 0, 15)

function readIso(call: Call): Answer {
  if (call.id('id', 'iso') !== 1) throw notFound('iso')

  return ok({
    id: 1,
    name: 'Rescue disc',
    description: null,
    arch: 1,
    url: 'https://images.panel.example/rescue.iso',
    filename: 'rescue.iso',
    enabled: true,
    config: '[]',
    global: true,
    download: true,
    users: [],
    created: offsetDate(MADE),
    updated: offsetDate(MADE),
  })
}

/** Holds an encrypted password, as the real answer does. */
function readDnsService(call: Call): Answer {
  if (call.id('id', 'dns service') !== 1) throw notFound('dns service')

  return ok({
    id: 1,
    type: 1,
    name: 'Example DNS',
    username: 'panel',
    url: 'https://dns.panel.example',
    ip: null,
    port: 443,
    password: 'c2ltdWxhdGVkLWVuY3J5cHRlZC1wYXNzd29yZA==',
    config: {},
    subAccount: false,
    capabilities: 1,
    enabled: true,
    created: offsetDate(MADE),
    updated: offsetDate(MADE),
  })
}

export const catalogueRoutes: Route[] = [
  { method: 'GET', path: '/media/iso/{id}', handle: readIso },
  { method: 'GET', path: '/dns/services/{id}', handle: readDnsService },
]
