// `npm run dev`: Berth with hot reload beside the simulator. Sign in with what it prints.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { startSimulator } from '../simulator/server.ts'
import { root } from './build-if-needed.ts'

const file = path.join(root, '.env')
if (existsSync(file)) process.loadEnvFile(file)

const simulator = process.env.VIRTFUSION_API_URL ? null : await startSimulator({ port: 4100, stateFile: path.join(root, '.data/simulator.json') })
if (simulator) {
  process.env.VIRTFUSION_API_URL = simulator.url
  process.env.VIRTFUSION_API_TOKEN = simulator.token
  process.env.BERTH_DEMO = 'true'
}
process.env.ADMIN_EMAIL ??= 'admin@example.com'
process.env.ADMIN_PASSWORD ??= 'development only'
process.stdout.write(`Simulator: ${simulator?.url ?? 'off, VIRTFUSION_API_URL is set'}\nSign in as ${process.env.ADMIN_EMAIL} with "${process.env.ADMIN_PASSWORD}".\n`)

// Not through npx, which does not pass a stop on to its child.
const nuxt = spawn(process.execPath, [path.join(root, 'node_modules/nuxt/bin/nuxt.mjs'), 'dev'], { cwd: root, stdio: 'inherit', env: process.env })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => nuxt.kill(signal))
nuxt.on('exit', async (code) => {
  await simulator?.close()
  process.exit(code ?? 0)
})
