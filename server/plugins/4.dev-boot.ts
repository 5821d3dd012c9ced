import { defineNitroPlugin } from 'nitropack/runtime'
import { boot } from '../boot.ts'
import { EnvError } from '../env.ts'
import { readMigrations } from '../read-migrations.ts'

/** In development Nitro has an entry of its own, so starting and closing happen here; the production build does both in `server/main.ts`. */
export default defineNitroPlugin((nitro) => {
  if (!import.meta.dev) return
  const booting = boot(readMigrations)
  booting.catch((error: unknown) => {
    const lines = error instanceof EnvError ? error.problems : [error instanceof Error ? error.stack ?? error.message : String(error)]
    process.stderr.write(`Berth can't start:\n${lines.map((line) => `  ${line}`).join('\n')}\n`)
  })
  nitro.hooks.hook('close', async () => {
    const app = await booting.catch(() => null)
    await app?.close()
  })
})
