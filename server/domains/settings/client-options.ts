import { readFileSync } from 'node:fs'
import type { Services } from '../../context.ts'
import { EnvError } from '../../env.ts'
import type { VirtFusionClientOptions } from '../../virtfusion/client.ts'

/** What every client of this process shares: whether http is allowed, the private authorities (the environment's and the saved one), the log. @throws EnvError */
export function clientOptions({ env, log }: Pick<Services, 'env' | 'log'>, apiUrl: string, token: string, caPem: string | null): VirtFusionClientOptions {
  const authorities = [readAuthority(env), caPem].filter((pem) => pem !== null)
  return {
    baseUrl: apiUrl,
    token,
    allowHttp: env.VIRTFUSION_ALLOW_HTTP,
    ...(authorities.length === 0 ? {} : { ca: authorities.join('\n') }),
    onAttempt: (attempt) => log.debug({ attempt }, 'panel call'),
  }
}

/** The PEM of VIRTFUSION_CA_FILE, or null when none is set. @throws EnvError when the file can't be read */
export function readAuthority(env: Services['env']): string | null {
  if (env.VIRTFUSION_CA_FILE === undefined) return null
  try {
    return readFileSync(env.VIRTFUSION_CA_FILE, 'utf8')
  }
  catch (error) {
    throw new EnvError([`VIRTFUSION_CA_FILE names a file that can't be read: ${error instanceof Error ? error.message : String(error)}.`])
  }
}
