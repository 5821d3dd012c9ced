// `npm run dev`: Berth with hot reload beside the simulator. Sign in with what it prints.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { root } from './build-if-needed.ts'
import { readCredentials } from './demo/credentials.ts'
import { startPanel } from './demo/start-panel.ts'
import { loadEnvFile } from './load-env-file.ts'

loadEnvFile()

// Not read for Berth's own use but completed, for the process below, which reads it.
const simulator = process.env.VIRTFUSION_API_URL ? null : await startPanel(path.join(root, '.data/simulator.json'))
if (simulator) {
  process.env.VIRTFUSION_API_URL = simulator.url
  process.env.VIRTFUSION_API_TOKEN = simulator.token
  process.env.BERTH_DEMO = 'true'
}
const { admin } = readCredentials(path.join(root, '.data'))
process.env.ADMIN_EMAIL ??= admin.email
process.env.ADMIN_PASSWORD ??= admin.password
process.stdout.write(`Simulator: ${simulator?.url ?? 'off, VIRTFUSION_API_URL is set'}\nFirst admin: ${process.env.ADMIN_EMAIL}   ${process.env.ADMIN_PASSWORD}\n`)

// Not through npx, which does not pass a stop on to its child.
const nuxt = spawn(process.execPath, [path.join(root, 'node_modules/nuxt/bin/nuxt.mjs'), 'dev'], { cwd: root, stdio: 'inherit', env: process.env })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => nuxt.kill(signal))
nuxt.on('exit', async (code) => {
  await simulator?.close()
  process.exit(code ?? 0)
})
