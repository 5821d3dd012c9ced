import '#nitro-internal-pollyfills'
import { createServer } from 'node:http'
import { toNodeListener } from 'h3'
import { useNitroApp } from 'nitropack/runtime'
import { boot } from './boot.ts'
import { endProcess } from './end-process.ts'
import { EnvError, readEnv } from './env.ts'
import { rootLog } from './log.ts'
import { readMigrations } from './read-migrations.ts'
import { explainListenFailure } from './start-failures.ts'

/** How long open requests may take to end when the process is asked to stop. */
const DRAIN_MS = 10_000

// The entry of the production build: start everything, then listen, so that whoever is let in finds Berth ready.
async function main(): Promise<void> {
  const env = readEnv()
  const nitro = useNitroApp()
  const app = await boot(readMigrations)
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 15_000 }, toNodeListener(nitro.h3App))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(env.PORT, env.HOST, resolve)
  }).catch(async (error: unknown) => {
    await app.close()
    throw explainListenFailure(error, env)
  })
  const address = server.address()
  const port = address && typeof address === 'object' ? address.port : env.PORT
  app.log.info({ url: `http://${env.HOST}:${port}` }, 'listening')

  let isStopping = false
  const stop = (signal: string) => {
    if (isStopping) return
    isStopping = true
    app.log.info({ signal }, 'stopping')
    app.beginStop()
    void endProcess({
      log: app.log,
      async inOrder() {
        await closeServer(server)
        await nitro.hooks.callHook('close')
        await app.close()
      },
      leave: () => app.leave(),
    })
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
}

/** Stops accepting, ends idle connections and event streams, and waits for the rest. */
async function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  const closed = new Promise<void>((resolve) => { server.close(() => resolve()) })
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await closed
  clearTimeout(timer)
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

// graphile-worker's cron rejects without a listener when a connection is cut while it starts; that must not end the process.
process.on('unhandledRejection', (error) => rootLog().error({ err: error }, 'unhandled rejection'))
process.on('uncaughtException', (error) => {
  rootLog().fatal({ err: error }, 'uncaught exception')
  process.exit(1)
})

main().catch((error: unknown) => {
  if (error instanceof EnvError) fail(`Berth can't start. These variables need a change:\n${error.problems.map((line) => `  ${line}`).join('\n')}`)
  rootLog().fatal({ err: error }, 'start failed')
  fail(`Berth can't start: ${error instanceof Error ? error.message : String(error)}`)
})
