import { readOptions } from './options.ts'
import { startSimulator, type SimulatorOptions } from './server.ts'

async function main(options: SimulatorOptions) {
  const simulator = await startSimulator(options)
  console.log(`VirtFusion simulator at ${simulator.url} with token ${simulator.token}`)

  let isClosing = false
  const stop = () => {
    if (isClosing) return
    isClosing = true
    void simulator.close().then(() => process.exit(0))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') return 'its port is taken. Choose another one with --port (or SIMULATOR_PORT); 0 takes any free one.'
  if (code === 'EACCES') return 'it may not listen on this port. Choose one above 1023 with --port (or SIMULATOR_PORT).'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'this machine has no such address. Correct --host (or SIMULATOR_HOST).'

  return error instanceof Error ? error.message : String(error)
}

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options) await main(options)
}
catch (error) {
  console.error(`The simulator did not start: ${explain(error)}`)
  process.exitCode = 1
}
