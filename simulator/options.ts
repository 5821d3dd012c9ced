import { parseArgs } from 'node:util'
import type { SimulatorOptions } from './server.ts'

export const DEFAULT_TOKEN = 'sim-token-full'

const HELP = `Usage: node simulator/main.ts [options]

  --port N      port to listen on (SIMULATOR_PORT, default 4100; 0 takes any free one)
  --host H      address to listen on (SIMULATOR_HOST, default 127.0.0.1)
  --token T     the token that may do everything (SIMULATOR_TOKEN, default ${DEFAULT_TOKEN})
  --state FILE  keep the state in a file across restarts (SIMULATOR_STATE)
  --speed N     builds and power actions take 1/N of their time (SIMULATOR_SPEED, default 1)
  --seed N      the same seed and calls give the same answers (SIMULATOR_SEED, default 1); of a new state only
  --help        print this

A state file keeps its own token and speed unless they are given.`

function positive(name: string, text: string, { min, whole }: { min: number, whole: boolean }): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= min && (!whole || Number.isInteger(value))) return value

  throw new Error(`${name} must be a ${whole ? 'whole ' : ''}number of ${min} or more, not "${text}"`)
}

type Options = Pick<SimulatorOptions, 'token' | 'speed' | 'seed' | 'stateFile'> & Required<Pick<SimulatorOptions, 'port' | 'host'>>

/**
 * Reads flags, then the environment; null when only help was asked for. What nobody gave is left out where a state file may say it.
 * Throws with a sentence that names the option.
 */
export function readOptions(args: string[], environment: Record<string, string | undefined>): Options | null {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args, options: { port: text, host: text, token: text, state: text, speed: text, seed: text, help: { type: 'boolean' } },
  })
  if (values.help) {
    console.log(HELP)
    return null
  }
  const stateFile = values.state ?? environment.SIMULATOR_STATE
  const token = values.token ?? environment.SIMULATOR_TOKEN
  const speed = values.speed ?? environment.SIMULATOR_SPEED
  const seed = values.seed ?? environment.SIMULATOR_SEED

  return {
    port: positive('--port', values.port ?? environment.SIMULATOR_PORT ?? '4100', { min: 0, whole: true }),
    host: values.host ?? environment.SIMULATOR_HOST ?? '127.0.0.1',
    ...(token !== undefined && token !== '' && { token }),
    ...(speed !== undefined && { speed: positive('--speed', speed, { min: 0.001, whole: false }) }),
    ...(seed !== undefined && { seed: positive('--seed', seed, { min: 0, whole: true }) }),
    ...(stateFile !== undefined && stateFile !== '' && { stateFile }),
  }
}
