// `npm run demo`: the production build with the simulator in place of a panel, an embedded database and sample data.
// Everything lives below DATA_DIR/demo; a second start keeps it.
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { readEnv } from '../server/env.ts'
import { buildIfNeeded, entry } from './build-if-needed.ts'
import { readCredentials } from './demo/credentials.ts'
import { HalfMadeError } from './demo/is-made.ts'
import { makeSampleData } from './demo/sample-data.ts'
import { startPanel } from './demo/start-panel.ts'
import { waitUntilReady } from './demo/wait-until-ready.ts'

const { PORT, HOST, DATA_DIR } = readEnv()
const dataDir = path.join(DATA_DIR, 'demo')
const credentials = readCredentials(dataDir)

await buildIfNeeded()
const panel = await startPanel(path.join(dataDir, 'simulator.json'))
// Not read but set, for the build below, which reads it as it is imported; a caller's own choice stays.
Object.assign(process.env, {
  DATA_DIR: dataDir,
  NODE_ENV: 'production',
  LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
  BERTH_DEMO: 'true',
  VIRTFUSION_API_URL: panel.url,
  VIRTFUSION_API_TOKEN: panel.token,
  ADMIN_EMAIL: credentials.admin.email,
  ADMIN_PASSWORD: credentials.admin.password,
  // An order whose answer is lost comes before a person soon enough to be watched.
  ENGINE_SETTLE_SECONDS: process.env.ENGINE_SETTLE_SECONDS ?? '20',
})
delete process.env.DATABASE_URL
await import(pathToFileURL(entry).href)

const url = `http://${HOST}:${PORT}`
await waitUntilReady(url)
try {
  await makeSampleData({ url, dataDir, panel, credentials })
}
catch (error) {
  if (!(error instanceof HalfMadeError)) throw error
  process.stderr.write(`${error.message}\n`)
  // The same as Ctrl+C, so that the database under the folder is stopped before somebody deletes it.
  process.kill(process.pid, 'SIGTERM')
  await new Promise(() => {})
}

process.stdout.write(`
Berth runs at ${url}

  Admin      ${credentials.admin.email}   ${credentials.admin.password}
  Customer   ${credentials.customer.email}    ${credentials.customer.password}

A simulator stands in for the panel: ${panel.url} (switches to break it are on its page).
All names and servers are sample data, kept in ${path.relative(process.cwd(), dataDir) || dataDir}. Stop with Ctrl+C.
`)
