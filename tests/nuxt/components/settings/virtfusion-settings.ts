import type { ConnectionTest, VirtfusionSettings } from '#shared/schemas/settings'

const NO_TEST: VirtfusionSettings['lastTest'] = null

export function virtfusionSettings(changes: Partial<VirtfusionSettings> = {}): VirtfusionSettings {
  return {
    apiUrl: 'https://cp.example.com',
    apiUrlSource: 'environment',
    tokenIsSet: true,
    tokenHint: '3f2a',
    tokenSource: 'environment',
    isTokenUnreadable: false,
    ownerMode: 'plan',
    hasEnvironment: true,
    lastTest: NO_TEST,
    capabilities: [
      { ability: 'list packages', operation: 'packages.list', state: 'allowed', neededBy: 'package names in the plan form', need: 'useful' },
      { ability: 'list all servers', operation: 'servers.list', state: 'forbidden', neededBy: 'sweeps, drift and orphans', need: 'useful' },
      { ability: 'create servers', operation: 'servers.create', state: 'unknown', neededBy: 'new servers', need: 'required' },
    ],
    updatedAt: null,
    updatedBy: null,
    version: 0,
    ...changes,
  }
}

export const succeeded: ConnectionTest = { ok: true, message: 'VirtFusion connection successful. Version: 7.1.0', version: '7.1.0', latencyMs: 42, capabilities: [] }

export const wrongPath: ConnectionTest = {
  ok: false,
  message: 'Wrong path in the address',
  version: null,
  latencyMs: 12,
  capabilities: [],
  diagnosis: {
    code: 'wrong_base_path',
    title: 'Wrong path in the address',
    cause: 'cp.example.com answers, but there is no VirtFusion API at this path.',
    fix: 'Use https://cp.example.com/api/v1.',
    setting: 'VIRTFUSION_API_URL',
    params: { correctedUrl: 'https://cp.example.com/api/v1' },
  },
}
