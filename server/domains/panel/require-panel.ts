import type { Call } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { VirtFusionClient } from '../../virtfusion/client.ts'

/** @throws AppError panel_unavailable while no panel is set */
export async function requirePanel(call: Call): Promise<VirtFusionClient> {
  const client = await call.panel.client()
  if (client) return client
  throw new AppError('panel_unavailable', 'No panel is connected, so it can\'t be asked.', { diagnosis: { code: 'panel_unconfigured', params: {}, setting: 'VIRTFUSION_API_URL' } })
}
