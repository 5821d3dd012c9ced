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

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options) await main(options)
}
catch (error) {
  console.error(`The simulator did not start: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
